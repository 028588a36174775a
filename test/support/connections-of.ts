/** Whose a connection is, as Linux tells: of several processes that listen on a port. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** @returns the ports of the other sides of a process's TCP connections by IPv4 */
export function peerPortsOf(pid: number): Set<number> {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        // It was closed meanwhile.
        return undefined;
      }
    }),
  );
  const rows = readFileSync(`/proc/${pid}/net/tcp`, "utf8").trim().split("\n").slice(1);
  const ports = rows.flatMap((row) => {
    // proc_net_tcp: sl, local_address, rem_address, … the tenth is the inode.
    const fields = row.trim().split(/\s+/);
    return own.has(fields[9]) ? [Number.parseInt(fields[2]!.split(":")[1]!, 16)] : [];
  });
  return new Set(ports);
}
