/** What an ARN is of, in words, and where the console shows it. */

export interface ResourcePlace {
  /** Like "function". */
  readonly kind: string;
  readonly name: string;
  /** Of the view; undefined where there is none of such a thing. */
  readonly to: string | undefined;
}

const homes: Readonly<Record<string, string>> = {
  distribution: "/distributions",
  function: "/functions",
  "key-value-store": "/stores",
};

/** @param store the name of a key value store, whose ARN has its id only */
export function placeOfResource(arn: string, store?: string): ResourcePlace {
  const path = arn.split(":").slice(5).join(":");
  const slash = path.indexOf("/");
  if (slash === -1) return { kind: path === "root" ? "account" : "", name: path, to: undefined };
  const kind = path.slice(0, slash);
  const name = store ?? path.slice(slash + 1);
  const isFound = Object.hasOwn(homes, kind) && (kind !== "key-value-store" || store !== undefined);
  const home = isFound ? homes[kind] : undefined;
  return {
    kind: kind.replaceAll("-", " "),
    name,
    to: home === undefined ? undefined : `${home}/${encodeURIComponent(name)}`,
  };
}
