/**
 * A process that compacts a change log and ends: replaying and encoding take time that the primary
 * needs for its callers, so they are done beside it. Not at a lower priority: while it holds the lock
 * that writing needs, the primary waits for it.
 */
import { openLog } from "../log/open-log.ts";
import { compactLog } from "../state/compact-log.ts";
import { compactionVariable, type CompactionSettings } from "./compaction.ts";
import { createLogger } from "./logger.ts";

const settings = JSON.parse(process.env[compactionVariable] ?? "{}") as CompactionSettings;
const logger = createLogger(settings.logLevel);

// Nothing is lost by ending amid it; who started it may be gone.
process.on("disconnect", () => process.exit(0));

try {
  const log = await openLog(settings.log, { jetStream: settings.jetStream, mayMake: false });
  const { account, retention } = settings;
  const revision = await compactLog(log, { account, logger, retention, now: new Date() });
  if (revision !== undefined)
    logger.info({ revision }, "the change log begins after this revision now");
  await log.close();
} catch (err) {
  logger.error({ err }, "the change log could not be compacted");
  process.exitCode = 1;
}
process.disconnect();
