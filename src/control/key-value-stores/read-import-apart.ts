/**
 * Reads an import on another thread: five megabytes of JSON take a tenth of a second to read and
 * check, in which no other call would be answered.
 */
import { extname } from "node:path";
import { startThread } from "../../base/start-thread.ts";
import { ApiError } from "../../model/errors.ts";
import type { KeyValuePair } from "../../model/key-value-store.ts";
import type { ErrorCode } from "../../schema/errors.ts";
import type { Quotas } from "../quotas.ts";
import { readImport } from "./import-format.ts";

export interface ImportOrder {
  readonly arn: string;
  readonly bytes: Uint8Array;
  readonly quotas: Quotas;
}

export type ImportReply =
  | { readonly type: "pairs"; readonly pairs: readonly KeyValuePair[] }
  /** There are no more. */
  | { readonly type: "read" }
  | { readonly type: "refused"; readonly code: ErrorCode; readonly message: string };

/** Up to here reading takes no longer than starting a thread. */
const apartFromBytes = 262_144;

/** @throws ApiError, as readImport() does */
export async function readImportApart(order: ImportOrder): Promise<readonly KeyValuePair[]> {
  const { arn, bytes, quotas } = order;
  const isSmall = bytes.length < apartFromBytes || bytes.length > quotas.importSourceBytes;
  if (isSmall) return readImport(arn, bytes, quotas);
  const file = new URL(`import-thread${extname(import.meta.url)}`, import.meta.url);
  const thread = startThread(file, order);
  const pairs: KeyValuePair[] = [];
  try {
    return await new Promise((resolve, reject) => {
      thread.on("message", (reply: ImportReply) => {
        switch (reply.type) {
          case "pairs":
            for (const pair of reply.pairs) pairs.push(pair);
            break;
          case "read":
            resolve(pairs);
            break;
          case "refused":
            reject(new ApiError(reply.code, reply.message));
            break;
        }
      });
      thread.once("error", reject);
      thread.once("exit", (code) => {
        reject(new Error(`The thread that reads an import ended with ${code}`));
      });
    });
  } finally {
    await thread.terminate();
  }
}
