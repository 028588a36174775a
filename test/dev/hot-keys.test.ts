/**
 * `footlight dev` on a pseudo-terminal, which python3 makes: keys do what they say, and the terminal is given back.
 *
 * @beside
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { test } from "node:test";
import { viewerRequest } from "../../src/runtime/testing/short-event.ts";
import { save } from "../support/dev-command.ts";
import { skipWithout } from "../support/optional.ts";
import { temporaryFolder } from "../support/test-node.ts";

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

test(
  "keys explain the last request, run tests, clear the cache, open, help and quit",
  { skip: skipWithout(["python3", "--version"]) },
  async () => {
    const folder = temporaryFolder();
    save(folder, "fn.js", "function handler(event) { return event.request; }");
    save(folder, "fn.events/a.json", JSON.stringify(viewerRequest("/")));
    const command = [process.execPath, bin, "dev", folder, "--edge-port", "0", "--api-port", "0"];
    const child = spawn("python3", ["-c", onTerminal, ...command], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, BROWSER: "/bin/echo", TERM: "xterm" },
    });
    let printed = "";
    let hear = (): void => {};
    child.once("exit", () => hear());
    process.once("exit", () => child.kill("SIGKILL"));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      hear();
    });
    const prints = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(printed)) {
        if (child.exitCode !== null) throw new Error(`It has ended: ${printed}`);
        await new Promise<void>((resolvePromise) => {
          hear = resolvePromise;
        });
      }
    };
    const press = async (key: string, pattern: RegExp): Promise<void> => {
      printed = "";
      child.stdin.write(key);
      await prints(pattern);
    };

    await prints(
      /o open · e explain the last request · t rerun tests · c clear the cache · q quit · h help/,
    );
    await prints(/1 of 1 event as expected/);
    const [, url = ""] = /(http:\/\/localhost:\d+\/)/.exec(printed) ?? [];
    await press("e", /There was no request yet: http:\/\/localhost/);
    await fetch(`${url.replace("localhost", "127.0.0.1")}asked`);
    do await press("e", /There was no request yet|GET .*\/asked/);
    while (/no request yet/.test(printed));
    await press("T", /1 of 1 event as expected/);
    await press("c", /The cache is cleared/);
    await press("o", /Opened http:\/\/localhost:\d+\/ with \/bin\/echo/);
    await press("h", /all paths → fn/);
    // An arrow is nothing.
    child.stdin.write("\u001b[A");
    await press("q", /\nexit 0$/);
    const [code] = (await once(child, "exit")) as [number];
    assert.equal(code, 0);
  },
);
