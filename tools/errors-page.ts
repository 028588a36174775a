/** docs/errors.md: all errors that Footlight's source names, so that none comes without what to do about it. */
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { refusals, type Refusal } from "../src/edge/answer/refusals.ts";
import { loggedResults } from "../src/edge/record/logged-results.ts";
import { errorCodes, errorStatus, type ErrorCode } from "../src/schema/errors.ts";
import { adviceOn, adviceOnRefusal } from "./error-advice.ts";

const root = resolve(import.meta.dirname, "..");

export function errorsPage(): string {
  return [
    "# Errors, and what to do",
    "",
    "<!-- Made by tools/generated-docs.ts: npm run docs -- --write -->",
    "",
    "An error says in its message what is wrong, with which value, and what to do. Here all are, for who has a code, a page or a log line and wants more.",
    "",
    "- **A viewer got an error**: `footlight explain URL`, or the request id of the page (`X-Amz-Cf-Id`), says which setting, function or origin it was ([explaining.md](explaining.md)).",
    "- **A function failed**: `footlight logs NAME` has its errors and what it logged ([logs.md](logs.md#function-logs)).",
    "- **A node does not start or serve**: `footlight doctor` says why ([runbook.md](runbook.md)).",
    "",
    "## What functions fail with",
    "",
    "TestFunction and `footlight test` tell these, and logs; viewers get 503 or 502.",
    "",
    "| Message | What to do |",
    "| --- | --- |",
    '| `SyntaxError: Token "class" not supported in this version in 3`, and others | The runtime has no such syntax: `footlight check FILE` names each line and what to write instead. |',
    '| `cannot get property "value" of undefined` | A header, cookie or parameter that not every request has: ask for it first, `if (request.headers.accept)`. Headers\' names are in lower case. |',
    '| `"foo" is not defined` | A name that nothing declares, or a global that CloudFront lacks; `footlight check` knows them all. |',
    "| `InternalError: compute limit exceeded` | Less work a run: fewer loops over long texts, no large tables. `footlight test` prints what each event uses ([functions.md](functions.md#limits)). |",
    "| `MemoryError` | 2 MB a run, of all that is allocated: build no large texts, move data into a key value store. |",
    "| `KeyNotFound` | `get()` of a key that the store does not have: `catch` it, or ask `exists()` first. |",
    "| `KVSNamespaceNotFound` | Associate the store with the function, by `KeyValueStoreAssociations`. |",
    "| `The CloudFront function returned an invalid value: …` | The sentence names the member. Mostly a read-only header was changed, `{ value: … }` was forgotten, or a way through the function returns nothing. |",
    "",
    "## What viewers get from the edge",
    "",
    "The result is what lists of `footlight explain` and access logs say in detail. What an origin answers is passed on, and is not here.",
    "",
    "| Status | Result | Page says | What to do |",
    "| --- | --- | --- | --- |",
    ...Object.values(refusals).map((refusal) => {
      const { status, detail, sentence } = refusal;
      return `| ${status} | ${resultOf(refusal)} | ${sentence} | ${adviceOnRefusal[detail]} |`;
    }),
    "",
    "## What API calls end in",
    "",
    "Codes are AWS's, so that clients know them. Those of operations that Footlight does not answer are left out.",
    "",
    "| Code | Status | What to do |",
    "| --- | --- | --- |",
    ...codesInSource().map((code) => `| ${code} | ${errorStatus(code)} | ${adviceOn(code)} |`),
    "",
  ].join("\n");
}

function resultOf({ status, result = "Error", detail }: Refusal): string {
  const logged = loggedResults({
    status,
    result,
    detail,
    cache: "miss",
    origins: [],
    left: undefined,
  });
  const isOrigins = logged.detail === "Error" && detail.startsWith("origin");
  return isOrigins ? "Origin…Error" : logged.detail;
}

function codesInSource(): ErrorCode[] {
  const words = new Set<string>();
  for (const file of globSync("src/**/*.ts", { cwd: root })) {
    if (file.endsWith(".test.ts") || file.startsWith("src/schema")) continue;
    for (const [, word] of readFileSync(join(root, file), "utf8").matchAll(/"([A-Z]\w+)"/g)) {
      words.add(word!);
    }
  }
  return errorCodes()
    .filter((code) => words.has(code))
    .sort();
}
