/**
 * What editors offer in a function, by the compiler's own language server, which is what they ask: the members that the runtime has, and no
 * others, for each version of it, in JavaScript and in TypeScript.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { RuntimeName } from "../../src/runtime/runtime-name.ts";
import {
  loadFunction,
  viewerRequest,
  viewerResponse,
  type EventObject,
} from "../../src/testing.ts";
import { temporaryFolder } from "../support/test-node.ts";

const root = resolve(import.meta.dirname, "../..");
const compiler = join(root, "node_modules/typescript/bin/tsc");

const compilerOptions = {
  ...{ strict: true, noEmit: true, module: "NodeNext", target: "ES2022", lib: ["ES2022"] },
  ...{ types: [], allowJs: true, checkJs: true },
};

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
}

/**
 * @param text with `|` where somebody has typed as far as that
 * @returns what is offered there, in order
 */
async function offered(file: string, text: string): Promise<readonly string[]> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/footlight"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*"] }));
  const [before = ""] = text.split("|");
  const plain = text.replace("|", "");
  writeFileSync(join(folder, file), plain);
  const uri = pathToFileURL(join(folder, file)).href;
  const server = spawn(process.execPath, [compiler, "--lsp", "--stdio"], {
    // It complains when it is ended.
    stdio: ["pipe", "pipe", "ignore"],
  });
  try {
    const answers = new Map<number, (result: unknown) => void>();
    const send = (message: object): void => {
      const body = JSON.stringify({ jsonrpc: "2.0", ...message });
      server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    };
    let heard: Buffer = Buffer.alloc(0);
    server.stdout.on("data", (data: Buffer) => {
      heard = Buffer.concat([heard, data]);
      for (let next = cut(heard); next !== undefined; next = cut(heard)) {
        heard = next.rest;
        const { id, method, result } = next.message;
        // What it asks of an editor has no answer here.
        if (method !== undefined && id !== undefined) send({ id, result: null });
        else if (id !== undefined) answers.get(id)?.(result);
      }
    });
    const ask = (id: number, method: string, params: object): Promise<unknown> =>
      new Promise((done, fail) => {
        answers.set(id, done);
        server.once("exit", () => fail(new Error(`It ended without an answer to ${method}`)));
        send({ id, method, params });
      });
    const rootUri = pathToFileURL(folder).href;
    await ask(1, "initialize", { processId: process.pid, rootUri, capabilities: {} });
    send({ method: "initialized", params: {} });
    const languageId = file.endsWith(".ts") ? "typescript" : "javascript";
    const textDocument = { uri, languageId, version: 1, text: plain };
    send({ method: "textDocument/didOpen", params: { textDocument } });
    const lines = before.split("\n");
    const position = { line: lines.length - 1, character: lines.at(-1)!.length };
    const told = await ask(2, "textDocument/completion", { textDocument: { uri }, position });
    const { items = told } = (told ?? {}) as { readonly items?: unknown };
    return ((items ?? []) as readonly { readonly label: string }[])
      .map(({ label }) => label.replace(/\?$/, ""))
      .toSorted();
  } finally {
    server.kill();
  }
}

/** @returns the first message of what was heard; undefined where it has not all come */
function cut(heard: Buffer): { readonly message: Answer; readonly rest: Buffer } | undefined {
  const end = heard.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = Number(/Content-Length: (\d+)/i.exec(heard.subarray(0, end).toString())?.[1]);
  const body = heard.subarray(end + 4, end + 4 + length);
  if (body.length < length) return undefined;
  return {
    message: JSON.parse(body.toString()) as Answer,
    rest: heard.subarray(end + 4 + length),
  };
}

/** @returns the members that a value has in the runtime itself, with what it inherits, in order */
async function membersOf(
  expression: string,
  runtime: RuntimeName,
  event: EventObject = viewerRequest("/a"),
): Promise<readonly string[]> {
  const file = join(temporaryFolder(), "fn.js");
  writeFileSync(
    file,
    `${runtime === "cloudfront-js-2.0" ? "import cf from 'cloudfront';" : ""}
    function handler(event) {
      var names = [];
      for (var of = ${expression}; of && of !== Object.prototype; of = Object.getPrototypeOf(of)) {
        names = names.concat(Object.getOwnPropertyNames(of));
      }
      console.log(names.filter(function (name) { return name !== 'constructor'; }).join());
      return event.response || event.request;
    }`,
  );
  const fn = await loadFunction(file, { runtime, store: { a: "b" } });
  const { logs } = await fn.run(event);
  return logs[0]!.split(",").toSorted();
}

const javascript = (version: string, handler: string, expression: string): string =>
  `${version === "2.0" ? 'import cf from "cloudfront";\n' : ""}/** @type {import("footlight/types/${version}").${handler}} */
const handler = function (event) {
  return ${expression}.|;
};
`;

for (const [runtime, version] of [
  ["cloudfront-js-1.0", "1.0"],
  ["cloudfront-js-2.0", "2.0"],
] as const) {
  test(`in JavaScript for ${runtime} a request's members are offered, as the runtime has them`, async () => {
    const text = javascript(version, "ViewerRequestHandler", "event.request");
    assert.deepEqual(await offered("fn.js", text), await membersOf("event.request", runtime));
  });

  test(`in TypeScript for ${runtime} a response's members are offered, and the one that functions may add`, async () => {
    const text = `import type { ViewerResponseEvent } from "footlight/types/${version}";
function handler(event: ViewerResponseEvent) {
  return event.response.|;
}
`;
    const there = await membersOf("event.response", runtime, viewerResponse("/a"));
    assert.deepEqual(await offered("fn.ts", text), [...new Set(["body", ...there])].toSorted());
  });
}

for (const [what, expression] of [
  ["the module cloudfront", "cf"],
  ["a key value store", "cf.kvs()"],
] as const) {
  test(`the members of ${what} are offered, as the runtime has them`, async () => {
    const text = javascript("2.0", "ViewerRequestHandler", expression);
    assert.deepEqual(
      await offered("fn.js", text),
      await membersOf(expression, "cloudfront-js-2.0"),
    );
  });
}
