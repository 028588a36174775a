/**
 * `footlight dev` on a pseudo-terminal, which python3 makes: keys do what they say, and the terminal is given back.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { resolve } from "node:path";
import { test } from "node:test";
import { viewerRequest } from "../../src/runtime/testing/short-event.ts";
import { save } from "../support/dev-command.ts";
import { temporaryFolder, whenProcessEnds } from "../support/leftovers.ts";
import { skipWithout } from "../support/optional.ts";
import { printedBy } from "../support/printed-by.ts";

const bin = resolve(import.meta.dirname, "../../bin/footlight.mjs");

/** Starts its arguments on a terminal, hands on what comes either way, and prints at the end how the terminal was left. */
const onTerminal = `
import os, pty, select, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
open_in = True
while True:
    ready, _, _ = select.select([fd] + ([0] if open_in else []), [], [])
    if 0 in ready:
        data = os.read(0, 1024)
        open_in = len(data) > 0
        os.write(fd, data)
    if fd in ready:
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data: break
        os.write(1, data)
_, status = os.waitpid(pid, 0)
os.write(1, ('\\nexit %d' % os.waitstatus_to_exitcode(status)).encode())
`;

interface Terminal {
  /** Waits until something is on it, since the last key. */
  readonly prints: (pattern: RegExp) => Promise<void>;
  readonly press: (key: string, pattern: RegExp) => Promise<void>;
  readonly printed: () => string;
  /** @returns the exit code of what made the terminal */
  readonly ended: () => Promise<number>;
}

function devOnTerminal(...args: readonly string[]): Terminal {
  const command = [process.execPath, bin, "dev", ...args, "--edge-port", "0", "--api-port", "0"];
  const child = spawn("python3", ["-c", onTerminal, ...command], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, BROWSER: "/bin/echo", TERM: "xterm" },
  });
  const over = once(child, "exit") as Promise<[number]>;
  whenProcessEnds(() => void child.kill("SIGKILL"));
  const { text, until } = printedBy(child);
  let from = 0;
  return {
    prints: (pattern) => until(pattern, from),
    press: async (key, pattern) => {
      from = text().length;
      child.stdin.write(key);
      await until(pattern, from);
    },
    printed: () => text().slice(from),
    ended: async () => (await over)[0],
  };
}

const skip = skipWithout(["python3", "--version"]);

test(
  "keys explain the last request, run tests, clear the cache, open, help and quit",
  { skip },
  async () => {
    const folder = temporaryFolder();
    save(folder, "fn.js", "function handler(event) { return event.request; }");
    save(folder, "fn.events/a.json", JSON.stringify(viewerRequest("/")));
    const { prints, press, printed, ended } = devOnTerminal(folder);
    await prints(
      /o open · e explain the last request · t rerun tests · c clear the cache · q quit · h help/,
    );
    await prints(/1 of 1 event as expected/);
    const [, url = ""] = /(http:\/\/localhost:\d+\/)/.exec(printed()) ?? [];
    await press("e", /There was no request yet: http:\/\/localhost/);
    await fetch(`${url.replace("localhost", "127.0.0.1")}asked`);
    do await press("e", /There was no request yet|GET .*\/asked/);
    while (/no request yet/.test(printed()));
    await press("T", /1 of 1 event as expected/);
    await press("c", /The cache is cleared/);
    await press("o", /Opened http:\/\/localhost:\d+\/ with \/bin\/echo/);
    // An arrow is nothing.
    await press("\u001b[Ah", /all paths → fn/);
    await press("q", /\nexit 0$/);
    assert.equal(await ended(), 0);
  },
);

test("a template has the same keys, but for what it has nothing of", { skip }, async () => {
  const cdk = resolve(import.meta.dirname, "../fixtures/templates/cdk/CleanUrls.template.json");
  const { prints, press, printed, ended } = devOnTerminal("--template", cdk);
  await prints(/o open · e explain the last request · q quit · h help/);
  const [, host = "", port = ""] = /http:\/\/(\S+):(\d+)\//.exec(printed()) ?? [];
  await press("e", /There was no request yet/);
  const sent = { hostname: "127.0.0.1", port, path: "/about", headers: { host }, agent: false };
  const [answer] = (await once(get(sent), "response")) as [IncomingMessage];
  answer.resume();
  assert.equal(answer.statusCode, 200);
  do await press("e", /There was no request yet|GET .*\/about/);
  while (/no request yet/.test(printed()));
  await press("o", /Opened http:\/\/\S+ with \/bin\/echo/);
  await press("h", /\.amazonaws\.com → /);
  await press("q", /\nexit 0$/);
  assert.equal(await ended(), 0);
});
