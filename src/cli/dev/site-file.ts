/** Reads `footlight.json`: a site whose origins, behaviors, functions and stores a person has chosen. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { EventFileError } from "../../events/event-file-error.ts";
import { findFunctions } from "../../events/find-events.ts";
import { readKeys } from "../../events/key-value-file.ts";
import { parseJsonObject, readTextFile } from "../../events/read-json-file.ts";
import type { RuntimeName } from "../../runtime/runtime-name.ts";
import { findProblem } from "./check-by-schema.ts";
import { foundFunctions } from "./found-functions.ts";
import { placeIn, shownPath, type JsonPath } from "../../base/json-places.ts";
import { readOrigin } from "./read-origin.ts";
import {
  localHosts,
  SiteError,
  usualBehavior,
  type Site,
  type SiteBehavior,
  type SiteFunction,
  type SiteOrigin,
  type SiteStore,
} from "./site.ts";
import { siteSchema } from "./site-schema.ts";

/** As the schema lets it be. */
interface SiteText {
  readonly origins?: Readonly<Record<string, string>>;
  readonly behaviors?: readonly BehaviorText[];
  readonly functions?: Readonly<Record<string, string | FunctionText>>;
  readonly keyValueStores?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly distribution?: Readonly<Record<string, unknown>>;
}

interface BehaviorText {
  readonly path: string;
  readonly origin?: string;
  readonly viewerRequest?: string;
  readonly viewerResponse?: string;
  readonly cachePolicy?: string;
  readonly originRequestPolicy?: string;
  readonly responseHeadersPolicy?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

interface FunctionText {
  readonly file: string;
  readonly runtime?: RuntimeName;
  readonly keyValueStore?: string;
}

/** Reads parts of a file, and says of what is wrong where it stands. */
class SiteReader {
  readonly #file: string;
  readonly #text: string;
  readonly folder: string;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    this.folder = dirname(file);
  }

  error(path: JsonPath, why: string): SiteError {
    const { line, column } = placeIn(this.#text, path);
    const what = path.length === 0 ? "it" : shownPath(path);
    return new SiteError(`${this.#file}:${line}:${column}: ${what} ${why}`);
  }

  /** What `read` throws is about the value at a path. */
  at<Result>(path: JsonPath, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      if (error instanceof EventFileError) throw error;
      throw this.error(path, (error as Error).message);
    }
  }
}

/**
 * @param known files that are functions whatever is in them
 * @throws SiteError, with the place of what is wrong
 * @throws EventFileError, when the file is no JSON, or one that it names can't be read
 */
export function readSiteFile(
  file: string,
  usualRuntime: RuntimeName,
  known: readonly string[],
): Site {
  const text = readTextFile(file);
  const value = parseJsonObject(file, text);
  const reader = new SiteReader(file, text);
  const problem = findProblem(value, siteSchema);
  if (problem !== undefined) throw reader.error(problem.path, problem.why);
  const site = value as SiteText;
  const origins = readOrigins(site, reader);
  const stores = readStores(site, reader);
  const functions = readFunctions(site, stores, { runtime: usualRuntime, known }, reader);
  const names = { origins: Object.keys(origins), functions: functions.map(({ name }) => name) };
  const behaviors = (site.behaviors ?? []).map((_, index) =>
    readBehavior(site.behaviors!, index, names, reader),
  );
  const usual = { ...usualBehavior, path: "*", origin: names.origins[0]!, functions: {} };
  const hasDefault = behaviors.some(({ path }) => path === "*");
  return {
    file,
    origins,
    functions,
    stores,
    distributions: [
      {
        name: "site",
        hosts: localHosts,
        behaviors: hasDefault ? behaviors : [...behaviors, usual],
        settings: site.distribution ?? {},
      },
    ],
    remarks: [],
  };
}

function readOrigins({ origins }: SiteText, reader: SiteReader): Record<string, SiteOrigin> {
  const entries = Object.entries(origins ?? {});
  if (entries.length === 0) return { echo: { kind: "echo" } };
  return Object.fromEntries(
    entries.map(([name, text]) => [
      name,
      reader.at(["origins", name], () => readOrigin(text, reader.folder)),
    ]),
  );
}

function readStores({ keyValueStores = {} }: SiteText, { folder }: SiteReader): SiteStore[] {
  return Object.entries(keyValueStores).map(([name, given]) => {
    if (typeof given !== "string") return { name, pairs: given, file: name };
    const file = resolve(folder, given);
    return { name, pairs: readKeys(file), file };
  });
}

/** Those that it names, and all others that are found beside and below it. */
function readFunctions(
  { functions = {} }: SiteText,
  stores: readonly SiteStore[],
  {
    runtime: usualRuntime,
    known,
  }: { readonly runtime: RuntimeName; readonly known: readonly string[] },
  reader: SiteReader,
): SiteFunction[] {
  const named = Object.entries(functions).map(([name, given]): SiteFunction => {
    const {
      file: path,
      runtime = usualRuntime,
      keyValueStore: store,
    } = typeof given === "string" ? { file: given } : given;
    const file = resolve(reader.folder, path);
    if (!existsSync(file))
      throw reader.error(["functions", name], `names ${file}, which is not there`);
    if (store !== undefined && !stores.some(({ name: other }) => other === store)) {
      throw reader.error(
        ["functions", name, "keyValueStore"],
        unknownName(
          store,
          "keyValueStores",
          stores.map(({ name: other }) => other),
        ),
      );
    }
    const { events } = findFunctions([file])[0]!;
    return { name, file, events, runtime, store };
  });
  const found = foundFunctions(reader.folder, known)
    .filter(({ name, file }) => !named.some((fn) => fn.name === name || fn.file === resolve(file)))
    .map(({ name, file, events }): SiteFunction => ({ name, file, events, runtime: usualRuntime }));
  return [...named, ...found];
}

interface KnownNames {
  readonly origins: readonly string[];
  readonly functions: readonly string[];
}

function readBehavior(
  behaviors: readonly BehaviorText[],
  index: number,
  known: KnownNames,
  reader: SiteReader,
): SiteBehavior {
  const {
    path,
    origin = known.origins[0]!,
    viewerRequest,
    viewerResponse,
    settings = {},
    ...rest
  } = behaviors[index]!;
  const at = (member: string): JsonPath => ["behaviors", index, member];
  if (behaviors.findIndex((other) => other.path === path) < index) {
    throw reader.error(
      at("path"),
      `is ${JSON.stringify(path)}, as an earlier one is, which would take all of it`,
    );
  }
  if (!known.origins.includes(origin)) {
    throw reader.error(at("origin"), unknownName(origin, "origins", known.origins));
  }
  for (const [member, name] of Object.entries({ viewerRequest, viewerResponse })) {
    if (name === undefined || known.functions.includes(name)) continue;
    throw reader.error(at(member), unknownName(name, "functions", known.functions));
  }
  return {
    ...usualBehavior,
    ...rest,
    path,
    origin,
    functions: {
      ...(viewerRequest !== undefined && { "viewer-request": viewerRequest }),
      ...(viewerResponse !== undefined && { "viewer-response": viewerResponse }),
    },
    settings,
    errorAt: (member, why) => reader.error(at(member), why),
  };
}

function unknownName(name: string, where: string, known: readonly string[]): string {
  const there =
    known.length === 0
      ? "there is none"
      : `there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}`;
  return `is "${name}", and of ${where} ${there}`;
}
