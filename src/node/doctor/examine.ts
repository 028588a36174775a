/** Looks at all that a node of these options needs. Nothing is made or changed, and a node that runs goes on. */
import { openFilesLimit } from "../open-files.ts";
import type { NodeOptions } from "../options.ts";
import { checkCertificates } from "./check-certificates.ts";
import { checkIssuedCertificates } from "./check-issued-certificates.ts";
import { checkIsolate } from "./check-isolate.ts";
import { checkClock, checkLog } from "./check-log.ts";
import { checkPorts } from "./check-ports.ts";
import { checkDisk, checkMigration, checkOpenFiles, checkVersions } from "./check-system.ts";
import type { Finding } from "./finding.ts";

export async function examine(
  options: NodeOptions,
  footlightVersion: string,
): Promise<readonly Finding[]> {
  const now = new Date();
  const [ports, log, isolate] = await Promise.all([
    checkPorts(options),
    checkLog(options),
    checkIsolate(),
  ]);
  return [
    checkVersions(process.versions.node, footlightVersion),
    isolate,
    ...ports,
    checkDisk(options),
    log.finding,
    checkClock(now, log.newestAt),
    ...checkCertificates(options, now),
    ...(log.state === undefined ? [] : checkIssuedCertificates(log.state, options, now)),
    checkOpenFiles(openFilesLimit()),
    checkMigration(options.workers),
  ];
}
