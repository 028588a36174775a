/** A log in NATS that begins with the snapshot of a large account: functions of 2 KB, all LIVE, and distributions. */
import { silentLogger } from "../../src/base/logger.ts";
import { JetStreamLog } from "../../src/log/jetstream-log.ts";
import { defaultJetStreamOptions } from "../../src/log/jetstream-options.ts";
import { MemoryLog } from "../../src/log/memory-log.ts";
import { Replica } from "../../src/state/replica.ts";
import { encodeSnapshot } from "../../src/state/snapshot.ts";
import type { NatsServer } from "./nats-server.ts";
import {
  distributionCreated,
  entriesOf,
  functionCreated,
  functionPublished,
  sampleAccount,
} from "./sample-changes.ts";

export interface AccountSize {
  readonly functions: number;
  readonly distributions: number;
}

/** The answers to viewers of the distribution with this index say `one`. */
export function largeHost(index: number): string {
  return `d${distributionId(index).toLowerCase()}.cloudfront.localhost`;
}

/** The code of the function with this index. */
export function largeSource(index: number, text: string): string {
  const source = `function handler() { return { statusCode: 200, body: '${text}' }; } //${index} `;
  return Buffer.alloc(2048, source).toString("base64");
}

/** Makes the log; nothing may be there. @returns the revision that it ends with */
export async function writeLargeAccount(
  server: NatsServer,
  { functions, distributions }: AccountSize,
): Promise<number> {
  const memory = new MemoryLog();
  const changes = [
    ...Array.from({ length: functions }, (_, index) => [
      functionCreated(`fn-${index}`, largeSource(index, "one")),
      functionPublished(`fn-${index}`),
    ]).flat(),
    ...Array.from({ length: distributions }, (_, index) =>
      distributionCreated(distributionId(index), [`fn-${index}`]),
    ),
  ];
  for (const { revision, bytes } of entriesOf(...changes)) await memory.append(bytes, revision - 1);
  const replica = await Replica.open(memory, { account: sampleAccount, logger: silentLogger });
  const { state } = replica;
  const log = await JetStreamLog.open(server.address, defaultJetStreamOptions);
  await log.startAfter({ revision: state.revision, bytes: encodeSnapshot(state) }, []);
  await log.close();
  await replica.close();
  return state.revision;
}

function distributionId(index: number): string {
  return `E${String(index).padStart(13, "0")}`;
}
