/** The fields of a real-time log: a list of names in a record's order, or a configuration, which names them in any. */
import { existsSync, readFileSync } from "node:fs";
import { inRecordOrder } from "../../../edge/record/access/realtime-fields.ts";

/**
 * @param given names with commas between, or the file of a configuration as GetRealtimeLogConfig answers it; empty for none
 * @throws Error, when it is neither
 */
export function readLogFields(given: string): readonly string[] | undefined {
  if (given === "") return undefined;
  if (!existsSync(given)) return given.split(",").map((field) => field.trim());
  const names = namesIn(readJson(given));
  if (names === undefined) {
    throw new Error(`${given} is no configuration of a real-time log: it has no list Fields`);
  }
  const ordered = inRecordOrder(names);
  const unknown = names.find((name) => !ordered.includes(name));
  if (unknown === undefined) return ordered;
  throw new Error(
    `${given} names the field "${unknown}", whose place in a record is not known: give --fields a list in the order of the records`,
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** A list, or `Fields`, perhaps inside of `RealtimeLogConfig`. */
function namesIn(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) {
    return value.every((each) => typeof each === "string") ? value : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { Fields, RealtimeLogConfig } = value as Readonly<Record<string, unknown>>;
  return namesIn(Fields ?? RealtimeLogConfig);
}
