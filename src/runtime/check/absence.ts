/**
 * Which globals and which of their members a runtime lacks, as a program sees them: what the program
 * declares or fills in itself is there.
 */
import { builtinNames } from "../builtin-names.ts";
import { globalNames } from "../global-names.ts";
import type { RuntimeName } from "../runtime-name.ts";
import { isCloudfrontMember } from "./cloudfront-members.ts";
import type { Names } from "./names.ts";

/** Built-ins whose every member is in `builtinNames()`; what others have is spread over prototypes. */
const owners = [
  "Object",
  "Array",
  "Array.prototype",
  "String",
  "String.prototype",
  "Number",
  "Math",
  "JSON",
  "Date",
  "RegExp",
  "Promise",
  "Error",
];

export class Absence {
  readonly #names: Names;
  readonly #globals: ReadonlySet<string>;
  readonly #members: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #modules: ReadonlySet<string>;

  /** @param modules the names that are bound to the cloudfront module */
  constructor(names: Names, modules: ReadonlySet<string>, runtime: RuntimeName) {
    this.#names = names;
    this.#modules = modules;
    this.#globals = new Set([...globalNames(runtime), "arguments"]);
    const table = builtinNames(runtime);
    const ofAll = table["Object.prototype"] ?? [];
    const ofFunctions = table["Function.prototype"] ?? [];
    this.#members = new Map(
      owners.map((owner) => [
        owner,
        new Set([...(table[owner] ?? []), ...ofAll, ...ofFunctions, "toLocaleString"]),
      ]),
    );
  }

  /** Whether a use of the name throws: nothing declares it. */
  ofGlobal(name: string): boolean {
    return (
      !this.#globals.has(name) &&
      !this.#names.declared.has(name) &&
      !this.#names.filledIn.has(`globalThis.${name}`)
    );
  }

  /** Whether a path begins with the cloudfront module. */
  isOfModule(path: string): boolean {
    return this.#modules.has(path.slice(0, Math.max(0, path.indexOf("."))));
  }

  /** @param path like `Object.fromEntries`, `globalThis.URL`, `console.error` or `cf.kvs` */
  ofMember(path: string): boolean {
    const end = path.lastIndexOf(".");
    if (end < 0) return false;
    const owner = path.slice(0, end);
    const name = path.slice(end + 1);
    const [root = ""] = owner.split(".");
    if (this.#modules.has(root)) return !isCloudfrontMember(path.slice(root.length + 1));
    if (this.#names.declared.has(root) || this.#names.filledIn.has(path)) return false;
    if (owner === "globalThis") return this.ofGlobal(name);
    if (owner === "console") return name !== "log";
    return this.#members.get(owner)?.has(name) === false;
  }
}
