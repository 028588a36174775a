/** Calls of the API's own part on an account in memory; each is a second after the one before. */
import { handleFootlightCall } from "../../src/control/footlight-api.ts";
import type { Control } from "../../src/control/handle-api-call.ts";
import { noJudge } from "./test-account.ts";

export interface ToldVersions {
  readonly id: string;
  readonly etag: string;
  readonly development: { readonly etag: string; readonly is_published: boolean };
  readonly live?: { readonly version: number; readonly reason: string; readonly message?: string };
  readonly goes_back_to?: number;
  readonly items: readonly {
    readonly version: number;
    readonly etag: string;
    readonly message?: string;
    readonly published_by?: string;
    readonly bad?: object;
  }[];
}

/** Whatever is answered, as far as a test cares to look into it. */
export interface Told extends ToldVersions {
  readonly status: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly code?: string;
  readonly version?: string;
}

/** @returns calls by a line like `GET functions/NAME/versions` */
export function footlightCalls(control: Control) {
  let calls = 0;
  const parts = {
    ...control,
    now: () => new Date(Date.UTC(2026, 0, 2, 0, 0, calls++)),
    accountLog: {
      readChanges: async () => [],
      firstRevision: async () => 1,
      findFailure: async () => undefined,
      readBackup: async () => undefined,
    },
    ...{
      cache: undefined,
      metrics: undefined,
      functionLogs: undefined,
      traces: undefined,
      sendToEdge: undefined,
      recordedRuns: undefined,
      rehearse: undefined,
      sealingKeys: undefined,
    },
    ...{ whyNotReady: () => undefined, judge: noJudge, scheme: "http" as const },
    ...{ allowReset: false, readyWorkers: () => 1, fullWorkers: () => 0, isFull: () => false },
    ...{ failingCertificates: () => [], certificateTrouble: () => undefined, readNodes: () => [] },
    readWaves: () => undefined,
    readVersionRuns: async () => ({ versions: [], unanswered: [] }),
  };
  return async (line: string, ifMatch?: string, body?: object | string): Promise<Told> => {
    const [method = "", path = ""] = line.split(" ");
    const text = typeof body === "object" ? JSON.stringify(body) : (body ?? "");
    const answer = await handleFootlightCall(
      {
        ...{ method, path: `/footlight/v1/${path}`, query: "", sourceIp: "127.0.0.1" },
        headers: ifMatch === undefined ? {} : { "if-match": ifMatch },
        body: Buffer.from(text),
      },
      parts,
    );
    const { data, error } = JSON.parse(String(answer?.body)) as { data?: object; error?: object };
    return { status: answer?.status, error, ...data } as unknown as Told;
  };
}
