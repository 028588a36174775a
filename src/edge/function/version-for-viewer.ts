/**
 * Which version of a function runs for a viewer, with all that may have a say in it: the edge's group, waves that are on, a
 * header with the publish's token, and a cookie where the operator allows one.
 *
 * The cookie is the address by which the viewer was given its version first, signed with the key of the publish. So it is chosen
 * by as an address is, on whichever edge and wherever the viewer comes from later, and whoever sends none gets what its cookie
 * would have said.
 */
import { createHmac, createSecretKey, hash, timingSafeEqual, type KeyObject } from "node:crypto";
import { combinedValue, forEachLine } from "../../base/header-lines.ts";
import { findVersion, type Published, type ServedShare } from "../../model/function-versions.ts";
import { sharesIn, type Waves } from "../../model/function-waves.ts";
import { versionCookiePrefix, versionHeader } from "../deployment/version-names.ts";
import type { KeptApart } from "../record/kept-apart.ts";
import type { Visit } from "../record/visit.ts";
import { chooseVersion, keptApart } from "./choose-version.ts";

/** How an edge chooses. */
export interface VersionChoice {
  /** The group of edges that it is one of. */
  readonly group: string;
  /** Whether viewers may be given cookies. */
  readonly cookies: boolean;
}

export interface ChosenVersion {
  readonly share: ServedShare;
  /** Undefined where one version serves all viewers everywhere. */
  readonly apart: KeptApart | undefined;
  /** Those that are on, unless a header chose: whoever tests a version is not counted. */
  readonly waves: Waves | undefined;
}

type Asking = Pick<Visit, "request" | "setsCookies">;

/** Seconds that a browser keeps a cookie: longer than waves last, and no longer than it need. */
const cookieMaxAge = 7 * 86_400;

/** @param visit is told of a cookie that is to be set */
export function versionForViewer(
  name: string,
  published: Published,
  visit: Asking,
  { group, cookies }: VersionChoice,
): ChosenVersion {
  const { waves, settled } = published;
  if (waves === undefined) {
    const share = chooseVersion(name, published, visit.request.ip);
    const apart = published.shares.length > 1 ? keptApart(name, published, share) : undefined;
    return { share, apart, waves };
  }
  // What is kept for viewers of each is kept apart at every edge: a header may choose it anywhere.
  const all = [waves.version, settled].map((version): ServedShare => {
    return { version, share: 0, copy: findVersion(published, version)!.copy };
  });
  const serving = { shares: sharesIn(published, group), settled };
  const named = versionByHeader(waves, settled, visit.request.headers);
  const share =
    all.find(({ version }) => version === named) ??
    chooseVersion(
      name,
      serving,
      cookies ? rememberedAddress(name, waves, visit) : visit.request.ip,
    );
  const apart = keptApart(name, { shares: all, settled }, share);
  return { share, apart, waves: named === undefined ? waves : undefined };
}

/** @returns undefined where there is no header, or none with the right token */
function versionByHeader(
  { plan, version }: Waves,
  settled: number,
  headers: readonly string[],
): number | undefined {
  if (plan.tokenHash === undefined) return undefined;
  const sent = combinedValue(headers, versionHeader);
  const [, number = "", token = ""] = /^(\d{1,15}) (\S+)$/.exec(sent ?? "") ?? [];
  if (token === "" || !isEqual(hash("sha256", token, "hex"), plan.tokenHash)) return undefined;
  return [version, settled].find((each) => each === Number(number));
}

/** @returns the address that the viewer was known by first, for these waves */
function rememberedAddress(name: string, waves: Waves, visit: Asking): string {
  const { ip, headers, scheme } = visit.request;
  const signed = (address: string): string => signatureOf(`${name}\n${address}`, waves);
  const cookie =
    versionCookiePrefix + hash("sha256", `${name} ${waves.plan.cookieKey}`, "hex").slice(0, 12);
  const [encoded = "", signature = ""] = (findCookie(headers, cookie) ?? "").split(".");
  const address = Buffer.from(encoded, "base64url").toString("latin1");
  if (address !== "" && isEqual(signature, signed(address))) return address;
  const value = `${Buffer.from(ip, "latin1").toString("base64url")}.${signed(ip)}`;
  const secure = scheme === "https" ? "; Secure" : "";
  const line = `${cookie}=${value}; Path=/; Max-Age=${cookieMaxAge}; HttpOnly; SameSite=Lax${secure}`;
  if (!visit.setsCookies.includes(line)) visit.setsCookies.push(line);
  return ip;
}

function signatureOf(text: string, { plan }: Waves): string {
  // 128 bits.
  return createHmac("sha256", keyOf(plan)).update(text).digest("base64url").slice(0, 22);
}

const keys = new WeakMap<Waves["plan"], KeyObject>();

function keyOf(plan: Waves["plan"]): KeyObject {
  let key = keys.get(plan);
  if (key === undefined) {
    key = createSecretKey(plan.cookieKey, "base64");
    keys.set(plan, key);
  }
  return key;
}

function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function findCookie(headers: readonly string[], name: string): string | undefined {
  let value: string | undefined;
  forEachLine(headers, (header, line) => {
    if (value !== undefined || header.toLowerCase() !== "cookie") return;
    const pairs = line.split(";").map((pair) => pair.trim());
    value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  });
  return value;
}
