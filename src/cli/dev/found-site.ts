/**
 * The site of a folder that has no footlight.json: its functions, before one origin.
 *
 * One function for each event type is on every path of one distribution. Where there are more, nothing says which of them is
 * meant for a path, and each has a distribution of its own.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readKeys } from "../../events/key-value-file.ts";
import type { EventType } from "../../runtime/function-runtime.ts";
import type { RuntimeName } from "../../runtime/runtime-name.ts";
import { eventTypesOf, foundFunctions, type FoundFile } from "./found-functions.ts";
import {
  localHosts,
  usualBehavior,
  type Site,
  type SiteBehavior,
  type SiteDistribution,
  type SiteOrigin,
} from "./site.ts";

export interface FoundSiteInput {
  readonly folder: string;
  readonly origin: SiteOrigin;
  readonly runtime: RuntimeName;
  /** Files that are functions whatever is in them. */
  readonly known: readonly string[];
}

const originName = "origin";

/** @throws EventFileError, when an event could be of several functions, or a store's file is none */
export function foundSite({ folder, origin, runtime, known }: FoundSiteInput): Site {
  const found = foundFunctions(folder, known);
  const settings = rootObjectOf(origin);
  const typed = found.map((fn) => ({ ...fn, types: eventTypesOf(fn) }));
  const isOneSite = (["viewer-request", "viewer-response"] as const).every(
    (type) => typed.filter(({ types }) => types.includes(type)).length <= 1,
  );
  const distributions: SiteDistribution[] = isOneSite
    ? [{ name: "site", hosts: localHosts, behaviors: [behaviorWith(typed)], settings }]
    : typed.map((fn) => ({
        name: fn.name,
        hosts: [`${hostLabel(fn.name)}.localhost`],
        behaviors: [behaviorWith([fn])],
        settings,
      }));
  const withKeys = found.filter(({ keys }) => keys !== undefined);
  return {
    file: undefined,
    origins: { [originName]: origin },
    functions: found.map(({ name, file, events, keys }) => ({
      name,
      file,
      events,
      runtime,
      ...(keys !== undefined && runtime === "cloudfront-js-2.0" && { store: name }),
    })),
    stores: withKeys.map(({ name, keys }) => ({ name, pairs: readKeys(keys!), file: keys! })),
    distributions,
    remarks: remarksOn(found, isOneSite),
  };
}

function behaviorWith(
  functions: readonly { readonly name: string; readonly types: readonly EventType[] }[],
): SiteBehavior {
  const entries = functions.flatMap(({ name, types }) =>
    types.map((type) => [type, name] as const),
  );
  return {
    ...usualBehavior,
    path: "*",
    origin: originName,
    functions: Object.fromEntries(entries),
  };
}

/** Whoever opens a folder's root wants its page. */
function rootObjectOf(origin: SiteOrigin): Readonly<Record<string, unknown>> {
  const hasPage = origin.kind === "folder" && existsSync(join(origin.folder, "index.html"));
  return hasPage ? { DefaultRootObject: "index.html" } : {};
}

/** A label of a host's name has neither capitals nor underscores. */
function hostLabel(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/_/g, "-")
      .replace(/^-+|-+$/g, "") || "function"
  );
}

function remarksOn(found: readonly FoundFile[], isOneSite: boolean): string[] {
  if (found.length === 0) {
    return [
      "There is no function yet: save one as rewrite.js, function handler(event) { return event.request; }",
    ];
  }
  if (isOneSite) return [];
  return [
    'Several functions are for the same event, so each has a site of its own; "behaviors" in a footlight.json say which path has which function',
  ];
}
