/** How records of access logs are written: which fields, in which form. */
import type { AccessRecord } from "./access-record.ts";
import { encodeValue } from "./encode-value.ts";
import { noValue } from "./access-fields.ts";

export type AccessForm = "w3c" | "plain" | "json";

/** For lines of requests, or of something else. */
export interface AccessFormat<Of = AccessRecord> {
  /** What stands at the beginning of a file; empty where nothing does. */
  readonly header: string;
  /** @returns a line with its end, in ASCII */
  readonly write: (record: Of) => string;
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
  const values = valuesOf(fields, table);
  if (form === "json") return { header: "", write: (record) => asJson(fields, values(record)) };
  const header = form === "w3c" ? `#Version: 1.0\n#Fields: ${fields.join(" ")}\n` : "";
  const separating = withoutDelimiter(delimiter);
  // Joined, a line is one text; put together one by one, it is a tree of texts that is dear to write out.
  return {
    header,
    write: (record) => `${separating(values(record)).join(delimiter)}\n`,
  };
}

/** @returns what fills in one array again and again */
function valuesOf<Of>(
  names: readonly string[],
  { plain, chosen }: FieldTable<Of>,
): (record: Of) => readonly string[] {
  const fields: ((of: Of) => string)[] = [];
  const isChosen: boolean[] = [];
  for (const name of names) {
    const field = Object.hasOwn(plain, name) ? plain[name] : chosen[name];
    if (field === undefined || !(Object.hasOwn(plain, name) || Object.hasOwn(chosen, name))) {
      throw new Error(`There is no field "${name}" in access logs`);
    }
    fields.push(field);
    isChosen.push(!Object.hasOwn(plain, name));
  }
  const values = fields.map(() => none);
  // Most fields have the same value again and again, and to compare is cheaper than to look for what is to be encoded.
  const last = fields.map(() => "");
  return (record) => {
    for (let index = 0; index < fields.length; index += 1) {
      const field = fields[index]!;
      if (field === (noValue as typeof field)) continue;
      const value = field(record);
      if (value === last[index]) continue;
      last[index] = value;
      values[index] = value === "" ? none : isChosen[index] ? encodeValue(value) : value;
    }
    return values;
  };
}

/** Values hold no tab and no space; whoever chose another delimiter must be able to tell it from their characters. */
function withoutDelimiter(delimiter: string): (values: readonly string[]) => readonly string[] {
  if (/^[\t ]+$/.test(delimiter)) return (values) => values;
  const encoded = Array.from(
    Buffer.from(delimiter, "utf8"),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
  return (values) => values.map((value) => value.replaceAll(delimiter, encoded));
}

/** What is encoded needs no escapes in JSON either. */
function asJson(names: readonly string[], values: readonly string[]): string {
  return `{${names.map((name, index) => `"${name}":"${values[index]!}"`).join(",")}}\n`;
}
