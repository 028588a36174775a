/**
 * Reads simple values from text, strictly: what the model calls an integer is one, whole, in
 * range, and in no other notation.
 */
import type { Member } from "../schema/shape.ts";

/** The text is no such value. `expected` completes "must be …". */
export class NotSuchValue extends Error {
  readonly expected: string;

  constructor(expected: string) {
    super(`must be ${expected}`);
    this.expected = expected;
  }
}

/** @throws NotSuchValue */
export function readText(
  text: string,
  shape: Member["shape"],
): string | boolean | number | Uint8Array | Date {
  switch (shape.kind) {
    case "string":
      return text;
    case "boolean":
      return readBoolean(text.trim());
    case "integer":
    case "long":
      return readInteger(text.trim(), shape.kind);
    case "float":
      return readFloat(text.trim());
    case "blob":
      return readBase64(text.replaceAll(/\s/g, ""));
    case "timestamp":
      return readTimestamp(text.trim());
    case "list":
    case "structure":
      throw new Error(`A ${shape.kind} cannot be read from text`);
  }
}

function readBoolean(text: string): boolean {
  if (text !== "true" && text !== "false") throw new NotSuchValue("true or false");
  return text === "true";
}

function readInteger(text: string, kind: "integer" | "long"): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  checkInteger(value, kind);
  return value;
}

/**
 * A `long` beyond what a JavaScript number holds exactly is refused rather than rounded.
 *
 * @throws NotSuchValue
 */
export function checkInteger(value: number, kind: "integer" | "long"): void {
  const most = kind === "long" ? Number.MAX_SAFE_INTEGER : 2_147_483_647;
  const least = kind === "long" ? -most : -most - 1;
  if (value > most) throw new NotSuchValue(`a whole number of at most ${most}`);
  if (value < least) throw new NotSuchValue(`a whole number of at least ${least}`);
  if (!Number.isInteger(value)) throw new NotSuchValue("a whole number");
}

function readFloat(text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Infinity;
  if (!Number.isFinite(value)) throw new NotSuchValue("a decimal number");
  return value;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function readBase64(text: string): Uint8Array {
  if (!base64.test(text)) throw new NotSuchValue("base64 (RFC 4648 §4)");
  return new Uint8Array(Buffer.from(text, "base64"));
}

function readTimestamp(text: string): Date {
  const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? new Date(text)
    : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) {
    throw new NotSuchValue("an ISO 8601 time like 2026-01-02T03:04:05Z");
  }
  return date;
}
