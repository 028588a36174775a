/** Who a node is to the others on its log: an identifier that stays over restarts, and a name for people. */
import { hash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createKeyFile } from "../key-file.ts";
import type { NodeOptions } from "../options.ts";
import type { NodeKind } from "./node-report.ts";

type IdentityOptions = Pick<NodeOptions, "data" | "edgePort" | "apiPort">;

/**
 * @returns 12 hexadecimal digits: of the data folder's own `node-id`, made on first use, of the node's
 *   kind and its port, since a folder may be several nodes'. A node on a free port (0) is another one
 *   each time
 */
export function nodeId(kind: NodeKind, { data, edgePort, apiPort }: IdentityOptions): string {
  const port = kind === "control" ? apiPort : edgePort;
  const ofThisRun = port === 0 ? randomBytes(8).toString("hex") : "";
  return hash("sha256", [folderId(data), kind, port, ofThisRun].join(" "), "hex").slice(0, 12);
}

function folderId(data: string): string {
  const file = join(data, "node-id");
  if (existsSync(file)) {
    const id = readFileSync(file, "utf8").trim();
    if (id !== "") return id;
    // It was being written when the machine stopped.
    rmSync(file, { force: true });
  }
  return createKeyFile(file, `${randomBytes(16).toString("hex")}\n`).trim();
}
