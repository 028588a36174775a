/**
 * An entry as a message of JetStream: its bytes, with their SHA-256 in a header; or, where they are too
 * long for a message, what refers to the object that has them.
 */
import { hash } from "node:crypto";
import { headers, type MsgHdrs } from "@nats-io/transport-node";
import type { Revision } from "./change-log.ts";
import type { ObjectRef } from "./jetstream-objects.ts";
import { DamagedLog } from "./log-failure.ts";

const checksumHeader = "Footlight-SHA256";
/** Its value is the form of the reference. */
const asideHeader = "Footlight-Aside";
const asideForm = "1";

export interface EntryMessage {
  readonly data: Uint8Array;
  readonly header: MsgHdrs;
}

export function inlineMessage(bytes: Uint8Array): EntryMessage {
  return { data: bytes, header: headerOf(bytes) };
}

export function asideMessage(bytes: Uint8Array, object: ObjectRef): EntryMessage {
  const header = headerOf(bytes);
  header.set(asideHeader, asideForm);
  return { data: new TextEncoder().encode(JSON.stringify(object)), header };
}

/** The SHA-256 of the entry's bytes, in hex. */
export function checksumOfMessage(header: MsgHdrs): string {
  return header.get(checksumHeader);
}

/** @returns undefined for an entry that is in its message */
export function asideObject({ data, header }: EntryMessage): ObjectRef | undefined {
  const form = header.get(asideHeader);
  if (form === "") return undefined;
  if (form !== asideForm) {
    throw new Error(
      `The log was written by a newer Footlight: an entry kept aside in form "${form}". Start that version, or a later one`,
    );
  }
  return JSON.parse(Buffer.from(data).toString()) as ObjectRef;
}

/** @throws DamagedLog, when they are not the bytes that were written */
export function requireIntact(
  bytes: Uint8Array | undefined,
  header: MsgHdrs,
  revision: Revision,
  log: string,
): Uint8Array {
  if (bytes !== undefined && hash("sha256", bytes, "hex") === checksumOfMessage(header)) {
    return bytes;
  }
  const how =
    bytes === undefined
      ? "parts of it are missing, or are not what was written"
      : "it does not match the SHA-256 it was written with";
  throw new DamagedLog(`Entry ${revision} of the change log ${log}`, how, revision);
}

function headerOf(bytes: Uint8Array): MsgHdrs {
  const header = headers();
  header.set(checksumHeader, hash("sha256", bytes, "hex"));
  return header;
}
