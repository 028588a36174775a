/** Servers that people run behind an edge, as they read what it sends them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/test-node.ts";
import { listenOn } from "./viewer-scene.ts";

export interface ServerBehind {
  readonly port: number;
  /** The requests that it has read, as `METHOD /path`. */
  readonly asked: () => readonly string[];
  /** What it could not read. */
  readonly complaints: () => readonly string[];
}

export async function startNodeHttp(t: TestContext): Promise<ServerBehind> {
  const asked: string[] = [];
  const complaints: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => response.end("ok"));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // The edge breaks a request off whose viewer has left, or whose body turns out to be malformed.
    const isBrokenOff = error.code === "ECONNRESET" || error.code === "HPE_INVALID_EOF_STATE";
    if (!isBrokenOff) complaints.push(`${error.code} ${error.message}`);
    socket.destroy();
  });
  return { port: await listenOn(t, server), asked: () => asked, complaints: () => complaints };
}

export async function startNginx(t: TestContext): Promise<ServerBehind> {
  const folder = temporaryFolder();
  const port = await freePort();
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/errors;
     events {}
     http {
       log_format told '$status $request_method $request_uri';
       access_log ${folder}/requests told;
       ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ")}
       server { listen 127.0.0.1:${port}; location / { return 200 ok; } }
     }`,
  );
  const nginx = spawn("nginx", ["-p", folder, "-c", file, "-e", join(folder, "errors")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  t.after(async () => {
    if (hasEnded()) return;
    nginx.kill();
    await once(nginx, "exit");
  });
  const hasEnded = (): boolean => nginx.exitCode !== null || nginx.signalCode !== null;
  while (!(await isListening(port))) {
    if (hasEnded()) throw new Error("nginx has ended");
    await wait(50);
  }
  const lines = (): string[] =>
    readFileSync(join(folder, "requests"), "utf8").split("\n").filter(Boolean);
  return {
    port,
    asked: () => lines().map((line) => line.slice(4)),
    // 499 is of a request that the edge has broken off.
    complaints: () => lines().filter((line) => !/^(200|499) /.test(line)),
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.end();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
