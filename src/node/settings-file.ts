/**
 * Reads a settings file: a JSON object of options by their names in the table, such as `apiPort`.
 *
 * An option whose flag may be given several times may be a list of texts. One file may serve a control
 * node and its edges, so options of other commands are judged and let be.
 */
import { readFileSync } from "node:fs";
import { JsonRefusal, parseStrictJson } from "../base/strict-json.ts";
import { OptionError, parseOption, type OptionTable, type OptionValue } from "./option-table.ts";

/** @throws OptionError, naming the file, the option and the value */
export function readSettingsFile(
  file: string,
  table: OptionTable,
): Readonly<Record<string, OptionValue>> {
  const values: [name: string, value: OptionValue][] = [];
  for (const [name, value] of Object.entries(readObject(file))) {
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option === undefined || name === "settings") {
      throw new OptionError(
        `${file} sets "${name}", which is no setting; docs/options.md lists them, like apiPort for --api-port`,
      );
    }
    const where = `${name} in ${file}`;
    if (option.repeats === true && isTextList(value)) {
      values.push([name, parseOption(option, { text: value.join(","), where })]);
      continue;
    }
    if (typeof value !== typeof option.default) {
      throw new OptionError(
        `${where} must be a ${typeof option.default}, got ${JSON.stringify(value).slice(0, 100)}`,
      );
    }
    values.push([name, parseOption(option, { text: String(value), where })]);
  }
  return Object.fromEntries(values);
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function readObject(file: string): object {
  let value: unknown;
  try {
    value = parseStrictJson(readFileSync(file, "utf8"));
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof JsonRefusal) throw new OptionError(`${file} ${message}`, { cause: error });
    throw new OptionError(`--settings names a file that can't be read: ${message}`, {
      cause: error,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new OptionError(`${file} must hold a JSON object, like {"apiPort": 4580}`);
  }
  return value;
}
