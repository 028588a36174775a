/**
 * A site that `footlight dev` serves: functions, key value stores and distributions, as files say, and with every file found.
 * Nothing here has asked a node, or read a function's code.
 */
import type { EventType } from "../../runtime/function-runtime.ts";
import type { RuntimeName } from "../../runtime/runtime-name.ts";

/** What stands for an origin. */
export type SiteOrigin =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "url"; readonly url: URL }
  /** Shows what it was asked. */
  | { readonly kind: "echo" };

export interface SiteFunction {
  readonly name: string;
  /** Its file, JavaScript or TypeScript. */
  readonly file: string;
  /** Files with its events. */
  readonly events: readonly string[];
  readonly runtime: RuntimeName;
  /** The name of one of the site's stores. */
  readonly store?: string | undefined;
}

export interface SiteStore {
  readonly name: string;
  readonly pairs: Readonly<Record<string, string>>;
  /** Where they are from, for messages. */
  readonly file: string;
}

export interface SiteBehavior {
  /** `*` for the default cache behavior. */
  readonly path: string;
  /** The name of one of the site's origins. */
  readonly origin: string;
  /** Names of functions. */
  readonly functions: Readonly<Partial<Record<EventType, string>>>;
  readonly cachePolicy: string;
  readonly originRequestPolicy: string;
  readonly responseHeadersPolicy?: string | undefined;
  /** Members of a cache behavior of CreateDistribution's, which count before all else. */
  readonly settings: Readonly<Record<string, unknown>>;
  /**
   * Makes of what a node finds wrong with a member an error that says where it stands; absent where no file says so.
   *
   * @param why a clause about the member, like `is "x", and …`
   */
  readonly errorAt?: (member: PolicyMember, why: string) => SiteError;
}

/** What names a policy. */
export type PolicyMember = "cachePolicy" | "originRequestPolicy" | "responseHeadersPolicy";

export interface SiteDistribution {
  /** Tells the site's distributions apart. */
  readonly name: string;
  /** Host names that it answers beside its own. */
  readonly hosts: readonly string[];
  readonly behaviors: readonly SiteBehavior[];
  /** Members of a distribution's configuration, which count before all else. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Site {
  /** The file that says so; undefined where there is none, and all is found. */
  readonly file: string | undefined;
  readonly origins: Readonly<Record<string, SiteOrigin>>;
  readonly functions: readonly SiteFunction[];
  readonly stores: readonly SiteStore[];
  readonly distributions: readonly SiteDistribution[];
  /** What a person had better know of how it was found, a sentence each. */
  readonly remarks: readonly string[];
}

/** What cannot be made a site of; the message begins with a file, and its line and column where that is known. */
export class SiteError extends Error {
  override readonly name = "SiteError";
}

/** What a behavior of a site that is under development has unless its file says otherwise. */
export const usualBehavior = {
  cachePolicy: "CachingDisabled",
  originRequestPolicy: "AllViewerExceptHostHeader",
  settings: {},
} as const;

/** The names by which a browser reaches this machine. */
export const localHosts = ["localhost", "127.0.0.1"] as const;
