/**
 * The access logs of an edge worker: which files and sockets records go to.
 *
 * Each worker writes files of its own, as CloudFront has several for an hour. Nothing is written in a
 * viewer's request: lines are gathered for half a second, and wait in bounded memory where they can't be
 * written.
 */
import { join } from "node:path";
import type { Logger } from "../base/logger.ts";
import { AppendedFile } from "../delivery/appended-file.ts";
import { BufferedLines, type Batch } from "../delivery/buffered-lines.ts";
import { Budget } from "../delivery/budget.ts";
import { LineSocket } from "../delivery/line-socket.ts";
import { Losses } from "../delivery/losses.ts";
import { hourOf, RotatedFile } from "../delivery/rotated-file.ts";
import type { AccessLogging } from "../edge/deployment/access-logging.ts";
import type { DeployedDistribution } from "../edge/deployment/deployed-distribution.ts";
import type { RealtimeLog } from "../edge/deployment/realtime-log.ts";
import {
  accessListeners,
  type AccessListeners,
  type AccessLog,
} from "../edge/record/access/access-logs.ts";
import type { ConnectionListener } from "../edge/record/connection-record.ts";
import type { AccessRecord } from "../edge/record/access/access-record.ts";
import { accessFormat, type AccessFormat } from "../edge/record/access/access-format.ts";
import { standardFields } from "../edge/record/access/access-fields.ts";
import { inRecordOrder, realtimeFields } from "../edge/record/access/realtime-fields.ts";
import type { Places } from "../edge/viewer-place.ts";
import { edgeLocationOf } from "./edge-location.ts";
import { fieldTable, readLogOptions, type LogDelivery, type StreamTarget } from "./log-options.ts";
import type { OptionsOf } from "./options.ts";

/** What is answered is in a file after so long, in milliseconds, and the time that the write takes. */
const gatherMs = 500;
/** Of lines that wait to be written, in each worker. */
const waitingMax = 16 * 1024 * 1024;
/** What each stream has beside what all share, where one that nobody reads has filled that. */
const reservedForStream = 128 * 1024;
/** A file that is as long is followed by another, in bytes before they are compressed. */
const fileMax = 50 * 1024 * 1024;

const standardFormat = accessFormat({
  form: "w3c",
  fields: standardFields,
  table: fieldTable,
  delimiter: "\t",
});

export interface AccessLogsInput {
  readonly settings: Pick<
    OptionsOf<"edge" | "node">,
    | "accessLog"
    | "accessLogDeliveries"
    | "logStreams"
    | "logSecrets"
    | "account"
    | "pop"
    | "edgeHost"
  >;
  readonly places: Places | undefined;
  readonly logger: Logger;
}

export interface OpenAccessLogs extends AccessListeners {
  /** Undefined where no delivery tells of connections. */
  readonly connection: ConnectionListener | undefined;
  /** @returns how many lines were lost since this was last called */
  readonly takeLost: () => { readonly access: number; readonly "real-time": number };
  /** Writes what waits. */
  readonly close: () => Promise<void>;
}

/**
 * @returns undefined where the options name none
 * @throws OptionError, when an option says what it can't
 */
export function openAccessLogs(input: AccessLogsInput): OpenAccessLogs | undefined {
  const { settings, places, logger } = input;
  const { accessLog, logStreams, logSecrets, pop, edgeHost } = settings;
  if (accessLog === "" && logStreams === "") return undefined;
  const files = new LogFiles(settings, readLogOptions(settings).deliveries, logger);
  const streams = new LogStreams(readLogOptions(settings).streams, logger);
  const listeners = accessListeners({
    edge: {
      pop,
      serverIp: edgeLocationOf(pop, edgeHost).serverIp,
      masksSecrets: logSecrets !== "as-sent",
    },
    logs: {
      standard: accessLog === "" ? () => [] : (distribution) => files.of(distribution),
      realtime: (log) => streams.of(log),
    },
    places,
    now: Date.now,
    random: Math.random,
  });
  return {
    ...listeners,
    connection: files.connectionListener(edgeLocationOf(pop, edgeHost).serverIp),
    takeLost: () => ({ access: files.losses.take(), "real-time": streams.losses.take() }),
    close: async () => {
      listeners.flush();
      await Promise.all([files.close(), streams.close()]);
    },
  };
}

interface OpenDelivery {
  readonly lines: LogDelivery["lines"];
  readonly to: BufferedLines;
}

/** The folders that stand for buckets. */
class LogFiles {
  readonly #settings: AccessLogsInput["settings"];
  readonly #deliveries: readonly LogDelivery[];
  readonly #budget = new Budget(waitingMax);
  readonly losses: Losses;
  /** By where they go: a distribution that changes goes on with its files. */
  readonly #open = new Map<string, BufferedLines>();
  readonly #known = new WeakMap<AccessLogging, readonly AccessLog[]>();

  constructor(
    settings: AccessLogsInput["settings"],
    deliveries: readonly LogDelivery[],
    logger: Logger,
  ) {
    this.#settings = settings;
    this.#deliveries = deliveries;
    this.losses = new Losses(logger, "access logs");
  }

  of({ logging, id }: DeployedDistribution): readonly AccessLog[] {
    let logs = this.#known.get(logging);
    if (logs === undefined) {
      logs = this.#logsOf(logging, id);
      this.#known.set(logging, logs);
    }
    return logs;
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#open.values(), (lines) => lines.close()));
    this.losses.tell();
  }

  #logsOf({ standard }: AccessLogging, id: string): readonly AccessLog[] {
    const { accessLog } = this.#settings;
    const logs: AccessLog[] = [];
    if (standard !== undefined) {
      const base = join(accessLog, standard.bucket, `${harmless(standard.prefix)}${id}`);
      const path = (hour: string, unique: string) => `${base}.${hour}.${unique}.gz`;
      logs.push(logOf(standardFormat, this.#linesOf(`standard ${base}`, standardFormat, path)));
    }
    for (const { lines, to } of this.#deliveriesOf(id)) {
      if (lines.type === "ACCESS_LOGS") logs.push(logOf(lines.format, to));
    }
    return logs;
  }

  /** @returns undefined where no delivery tells of connections */
  connectionListener(serverIp: string): ConnectionListener | undefined {
    if (!this.#deliveries.some(({ lines }) => lines.type === "CONNECTION_LOGS")) return undefined;
    return (record) => {
      for (const { lines, to } of this.#deliveriesOf(record.distributionId)) {
        if (lines.type !== "CONNECTION_LOGS") continue;
        to.add(lines.format.writer.read({ record, serverIp }), hourOf(record.startedAt));
      }
    };
  }

  #deliveriesOf(id: string): readonly OpenDelivery[] {
    const { accessLog, account } = this.#settings;
    return this.#deliveries.flatMap(({ distributionId, bucket, suffixPath, lines }, index) => {
      if (distributionId !== undefined && distributionId !== id) return [];
      const folder = join(accessLog, bucket, "AWSLogs", account, "CloudFront");
      const path = (hour: string, unique: string): string => {
        const suffix = harmless(filled(suffixPath, { hour, id, account }));
        return join(folder, suffix, `${id}.${hour}.${unique}.gz`);
      };
      return [{ lines, to: this.#linesOf(`delivery ${index} ${id}`, lines.format, path) }];
    });
  }

  #linesOf(
    key: string,
    { header }: { readonly header: string },
    path: (hour: string, unique: string) => string,
  ): BufferedLines {
    let lines = this.#open.get(key);
    if (lines === undefined) {
      const { write } = new RotatedFile({ path, header, maxBytes: fileMax });
      lines = new BufferedLines({
        ...{ write, gatherMs },
        ...{ budget: this.#budget, losses: this.losses },
      });
      this.#open.set(key, lines);
    }
    return lines;
  }
}

/** One whose files are of an hour each. */
function logOf({ writer }: AccessFormat, lines: BufferedLines): AccessLog {
  return { add: (record) => lines.add(writer.read(record), hourOf(record.at)) };
}

/** Keeps what is configured from leading out of its folder. */
function harmless(path: string): string {
  return path
    .split("/")
    .map((part) =>
      // oxlint-disable-next-line no-control-regex -- those no file's name should have
      part.replaceAll(/^\.{1,2}$|[\0-\x1f\\]/g, (found) =>
        Array.from(
          Buffer.from(found, "utf8"),
          (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
        ).join(""),
      ),
    )
    .join("/");
}

function filled(
  suffixPath: string,
  { hour, id, account }: { readonly hour: string; readonly id: string; readonly account: string },
): string {
  const [yyyy = "", MM = "", dd = "", HH = ""] = hour.split("-");
  const values: Readonly<Record<string, string>> = {
    ...{ yyyy, MM, dd, HH },
    ...{ DistributionId: id, distributionid: id, "account-id": account },
  };
  return suffixPath.replaceAll(/\{([^}]*)\}/g, (whole, name: string) => values[name] ?? whole);
}

interface OpenStream {
  readonly lines: BufferedLines;
  readonly end: () => Promise<void>;
}

/** What stands for Kinesis streams. */
class LogStreams {
  readonly #targets: ReadonlyMap<string, StreamTarget>;
  readonly #logger: Logger;
  readonly #budget = new Budget(waitingMax);
  readonly losses: Losses;
  readonly #open = new Map<string, OpenStream>();
  readonly #known = new WeakMap<RealtimeLog, readonly AccessLog[]>();

  constructor(targets: ReadonlyMap<string, StreamTarget>, logger: Logger) {
    this.#targets = targets;
    this.#logger = logger;
    this.losses = new Losses(logger, "real-time logs");
  }

  of(log: RealtimeLog): readonly AccessLog[] {
    let logs = this.#known.get(log);
    if (logs === undefined) {
      logs = this.#logsOf(log);
      this.#known.set(log, logs);
    }
    return logs;
  }

  async close(): Promise<void> {
    await Promise.all(
      Array.from(this.#open.values(), async ({ lines, end }) => {
        await lines.close();
        await end();
      }),
    );
    this.losses.tell();
  }

  #logsOf({ name, fields, streams }: RealtimeLog): readonly AccessLog[] {
    const chosen = inRecordOrder(fields);
    if (chosen.length === 0) return [];
    const { writer } = accessFormat({
      ...({ form: "plain", fields: chosen } as const),
      ...{ table: realtimeFields, delimiter: "\t" },
    });
    return streams.flatMap((arn) => {
      const target = this.#targets.get(arn);
      if (target === undefined) {
        this.#logger.warn(
          { realtimeLogConfig: name, stream: arn },
          "nothing stands for a Kinesis stream: --log-streams says what does",
        );
        return [];
      }
      const { lines } = this.#stream(arn, target);
      return [{ add: (record: AccessRecord) => lines.add(writer.read(record)) }];
    });
  }

  #stream(arn: string, target: StreamTarget): OpenStream {
    let stream = this.#open.get(arn);
    if (stream === undefined) {
      const { write, end } = writerTo(target);
      const budget = new Budget(reservedForStream, this.#budget);
      const waiting = { budget, losses: this.losses };
      stream = { lines: new BufferedLines({ write, gatherMs, ...waiting }), end };
      this.#open.set(arn, stream);
    }
    return stream;
  }
}

function writerTo(target: StreamTarget): {
  readonly write: (batch: Batch) => Promise<void>;
  readonly end: () => Promise<void>;
} {
  if ("file" in target) {
    return { write: new AppendedFile(target.file).write, end: () => Promise.resolve() };
  }
  const socket = new LineSocket(target.socket);
  return { write: socket.write, end: () => socket.close() };
}
