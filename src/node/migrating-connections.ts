/**
 * Whether the system gives the connections that wait at a worker to another one when it ends.
 *
 * Where workers listen each by itself, Linux resets them unless it is told otherwise. It is a
 * setting of the whole system (of the network namespace, in a container), so it is not ours to set.
 *
 * Source: Documentation/networking/ip-sysctl.rst of Linux 5.14 and later, tcp_migrate_req.
 */
import { readFileSync } from "node:fs";
import type { Logger } from "../base/logger.ts";

/** @param file where Linux shows the setting; other systems have no such file, and are not spoken of */
export function sayWhetherConnectionsMigrate(
  logger: Logger,
  file = "/proc/sys/net/ipv4/tcp_migrate_req",
): void {
  let setting: string;
  try {
    setting = readFileSync(file, "latin1").trim();
  } catch {
    return;
  }
  if (setting !== "0") return;
  logger.info(
    { "net.ipv4.tcp_migrate_req": 0 },
    "connections that wait at a worker that dies are reset; with sysctl net.ipv4.tcp_migrate_req=1 another worker takes them",
  );
}
