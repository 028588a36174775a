/**
 * What an account has and what it is asked for, compared member by member. Members that mean nothing (an empty text or list,
 * false, zero) are as good as absent, and what the API counts (`Quantity`) is not looked at.
 */
import type { Members } from "../api/api.ts";

export interface Difference {
  /** Like `DistributionConfig.Origins[site].OriginPath`. */
  readonly path: string;
  /** Undefined where it is not there. */
  readonly from: unknown;
  readonly to: unknown;
}

/** Members that the API fills in by itself, where a template says nothing of them. */
const filledIn =
  /CallerReference$|ViewerCertificate\.(SSLSupportMethod|MinimumProtocolVersion|Certificate|CertificateSource)$/;

/** @returns what a template changes of what the account has */
export function changesOf(found: Members, asked: Members): readonly Difference[] {
  const { Tags: _, ImportSource: __, ...readable } = asked;
  return differencesOf(found, readable).filter(
    ({ path, to }) => to !== undefined || !filledIn.test(path),
  );
}

export function differencesOf(from: unknown, to: unknown, path = ""): readonly Difference[] {
  const [before, after] = [plain(from), plain(to)];
  if (before === after) return [];
  if (isMembers(before) && isMembers(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      differencesOf(before[name], after[name], path === "" ? name : `${path}.${name}`),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) return listDifferences(before, after, path);
  return [{ path, from: before, to: after }];
}

/** Entries that have a name are compared with those of the same name, in whatever place. */
function listDifferences(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
): readonly Difference[] {
  const [old, now] = [before.map(nameOf), after.map(nameOf)];
  const areNamed = [...old, ...now].every((name) => name !== undefined);
  const areTexts = [...before, ...after].every((item) => typeof item !== "object");
  if (areTexts) {
    const isSame = inOrder(before) === inOrder(after);
    return isSame ? [] : [{ path, from: before, to: after }];
  }
  const keys = areNamed
    ? [...new Set([...old, ...now])]
    : Array.from({ length: Math.max(before.length, after.length) }, (_, index) => String(index));
  return keys.flatMap((key = "") => {
    const at = (items: readonly unknown[], names: readonly (string | undefined)[]): unknown =>
      areNamed ? items[names.indexOf(key)] : items[Number(key)];
    return differencesOf(at(before, old), at(after, now), `${path}[${key}]`);
  });
}

function nameOf(item: unknown): string | undefined {
  if (!isMembers(item)) return undefined;
  const name = item["Id"] ?? item["PathPattern"] ?? item["HeaderName"] ?? item["Header"];
  const other = name ?? item["ErrorCode"] ?? item["EventType"] ?? item["Key"];
  return typeof other === "string" || typeof other === "number" ? String(other) : undefined;
}

/** @returns the texts of a list, in one order whatever theirs is */
function inOrder(items: readonly unknown[]): string {
  return JSON.stringify(items.map((item) => JSON.stringify(item)).toSorted());
}

/** @returns undefined for what means nothing; of a list that the API wraps, the list */
function plain(value: unknown): unknown {
  if (value === "" || value === false || value === 0 || value === null) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  if (!isMembers(value)) return value;
  const entries = Object.entries(value)
    .filter(([name]) => name !== "Quantity")
    .map(([name, member]) => [name, plain(member)] as const)
    .filter(([, member]) => member !== undefined);
  if (entries.length === 0) return undefined;
  const [[name, only] = ["", undefined]] = entries;
  return entries.length === 1 && name === "Items" ? only : Object.fromEntries(entries);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
