/** What the machine gives a node: Node itself, descriptors, room on the disk, and where waiting connections go. */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { sayWhetherConnectionsMigrate } from "../migrating-connections.ts";
import { connectionsMax } from "../open-files.ts";
import type { NodeOptions } from "../options.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";

const nodeMajor = 24;
/** Of a worker's descriptors, what it needs for itself; see edge-worker.ts. */
const ownFiles = 64;
const openFilesMin = 4096;
const megabyte = 1024 * 1024;
/** The log grows by some hundred bytes a change; what is left should not end tonight. */
const freeMbMin = 64;

export function checkVersions(nodeVersion: string, footlightVersion: string): Finding {
  const says = `Node ${nodeVersion}, Footlight ${footlightVersion}`;
  if (Number.parseInt(nodeVersion, 10) >= nodeMajor) return ok("versions", says);
  const remedy = `Run it with Node ${nodeMajor} or newer`;
  return failure("versions", says, remedy);
}

/** @param limit of open files; Infinity where there is none */
export function checkOpenFiles(limit: number): Finding {
  if (limit === Infinity) return ok("open files", "no limit");
  const viewers = connectionsMax(limit, ownFiles);
  const says = `${limit} a process, so ${viewers} connections of viewers a worker`;
  if (limit >= openFilesMin) return ok("open files", says);
  const remedy = "Raise it: ulimit -n 65536, or LimitNOFILE=65536 of systemd";
  return warning("open files", says, remedy);
}

/** @param file where Linux shows the setting */
export function checkMigration(workers: number, file?: string): Finding {
  let isOff = false;
  const noting = { debug() {}, warn() {}, error() {}, info: () => (isOff = true) };
  sayWhetherConnectionsMigrate(noting, file);
  if (!isOff || workers === 1) {
    return ok("waiting connections", "none is reset because the worker that it waits at ends");
  }
  return warning(
    "waiting connections",
    "those that wait at a worker that ends are reset: net.ipv4.tcp_migrate_req is 0",
    "sudo sysctl net.ipv4.tcp_migrate_req=1, and a line in /etc/sysctl.d/ to keep it",
  );
}

type OfDisk = Pick<NodeOptions, "data" | "cache" | "cacheSize">;

/** @param freeBytesOf of the disk that a folder is on, for this user */
export function checkDisk(
  { data, cache, cacheSize }: OfDisk,
  freeBytesOf: (folder: string) => number = freeBytes,
): Finding {
  const folder = nearestFolder(resolve(data));
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    const remedy = "Let this user write there, or choose another folder with --data";
    return failure("disk", `${folder} cannot be written`, remedy);
  }
  const free = Math.floor(freeBytesOf(folder) / megabyte);
  const says = `${free} MB free for ${data}`;
  if (free < freeMbMin) {
    return failure("disk", says, "Make room: on a full disk no change can be made");
  }
  if (cache === "on" && free < cacheSize) {
    const wanted = `${says}, and the cache may take ${cacheSize} MB`;
    const remedy =
      "Make room, or give the cache less with --cache-size: it makes do with what there is";
    return warning("disk", wanted, remedy);
  }
  return ok("disk", says);
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** The folder itself, or the one that it would be made in. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
