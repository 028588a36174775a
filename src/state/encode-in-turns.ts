/**
 * Encodes a snapshot a little at a time, so that the thread is never held: a large account takes half a
 * second, in which no call would be answered.
 *
 * Another thread would have to be sent the state, which takes as long as encoding it. The state that was
 * given is what is encoded, whatever is appended meanwhile.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { isNewestFormat, snapshotPieces } from "./snapshot.ts";
import type { State } from "./state.ts";

/** Characters that are made in one turn of the event loop, in a millisecond or two. */
const turnLength = 262_144;

/** Several ask for the same one: every worker of a node that starts. */
const encoded = new WeakMap<State, Promise<Uint8Array>>();

/** For a state that was decoded from these bytes just now: who asks next need not wait for encoding. */
export function noteEncoded(state: State, bytes: Uint8Array): void {
  if (isNewestFormat(bytes)) encoded.set(state, Promise.resolve(bytes));
}

/** @returns what encodeSnapshot() returns */
export function encodeInTurns(state: State): Promise<Uint8Array> {
  let bytes = encoded.get(state);
  if (bytes === undefined) {
    bytes = encode(state);
    encoded.set(state, bytes);
  }
  return bytes;
}

async function encode(state: State): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let text = "";
  for (const piece of snapshotPieces(state)) {
    text += piece;
    if (text.length < turnLength) continue;
    parts.push(encoder.encode(text));
    text = "";
    await nextTurn();
  }
  parts.push(encoder.encode(text));
  return Buffer.concat(parts);
}
