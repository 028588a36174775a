/** How records of access logs are written: which fields, in which form. */
import type { AccessRecord } from "./access-record.ts";
import { encodeValue } from "./encode-value.ts";
import { LineWriter, type WrittenField } from "./line-writer.ts";

export type AccessForm = "w3c" | "plain" | "json";

/** For lines of requests, or of something else. */
export interface AccessFormat<Of = AccessRecord> {
  /** What stands at the beginning of a file; empty where nothing does. */
  readonly header: string;
  /** Writes lines, each with its end. */
  readonly writer: LineWriter<Of>;
}

/** By name: a value in Latin-1, empty where there is none. */
export type LogFields<Of> = Readonly<Record<string, (of: Of) => string>>;

export interface FieldTable<Of = AccessRecord> {
  /** Whose values need no encoding. */
  readonly plain: LogFields<Of>;
  readonly chosen: LogFields<Of>;
}

export interface AccessFormatInput<Of = AccessRecord> {
  readonly form: AccessForm;
  /** In the order they are written in. */
  readonly fields: readonly string[];
  readonly table: FieldTable<Of>;
  /** Between the values of a line; of no meaning in JSON. */
  readonly delimiter: string;
}

/** A value for who has none. */
const none = "-";

/** @throws Error, naming a field that the table does not have */
export function accessFormat<Of>({
  form,
  fields,
  table,
  delimiter,
}: AccessFormatInput<Of>): AccessFormat<Of> {
  const written = fields.map((name) => fieldOf(name, table, withoutDelimiter(delimiter, form)));
  const header = form === "w3c" ? `#Version: 1.0\n#Fields: ${fields.join(" ")}\n` : "";
  const between = form === "json" ? betweenMembers(fields) : betweenValues(fields, delimiter);
  return { header, writer: new LineWriter(written, between) };
}

/** @param escape of the form */
function fieldOf<Of>(
  name: string,
  { plain, chosen }: FieldTable<Of>,
  escape: (value: string) => string,
): WrittenField<Of> {
  const isPlain = Object.hasOwn(plain, name);
  const value = isPlain ? plain[name] : chosen[name];
  if (value === undefined || !(isPlain || Object.hasOwn(chosen, name))) {
    throw new Error(`There is no field "${name}" in access logs`);
  }
  const encode = isPlain ? escape : (text: string) => escape(encodeValue(text));
  return { value, write: (text) => (text === "" ? escape(none) : encode(text)) };
}

/** Values hold no tab and no space; whoever chose another delimiter must be able to tell it from their characters. */
function withoutDelimiter(delimiter: string, form: AccessForm): (value: string) => string {
  if (form === "json" || /^[\t ]+$/.test(delimiter)) return (value) => value;
  const encoded = Array.from(
    Buffer.from(delimiter, "utf8"),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
  return (value) => value.replaceAll(delimiter, encoded);
}

function betweenValues(fields: readonly string[], delimiter: string): readonly string[] {
  const bytes = Buffer.from(delimiter, "utf8").toString("latin1");
  return [...fields.map((_, index) => (index === 0 ? "" : bytes)), "\n"];
}

/** What is encoded needs no escapes in JSON either. */
function betweenMembers(fields: readonly string[]): readonly string[] {
  return [...fields.map((name, index) => `${index === 0 ? "{" : '",'}"${name}":"`), '"}\n'];
}
