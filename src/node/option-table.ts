/**
 * A table of options, and how it is read: each row is a flag, a FOOTLIGHT_* variable and a line of
 * --help.
 */

export interface Option {
  readonly default: string | number | boolean;
  readonly help: string;
  /** Checks and describes what a value may be; numbers are whole numbers in this range. */
  readonly range?: readonly [minimum: number, maximum: number];
  readonly pattern?: RegExp;
  readonly expects?: string;
  /** Whether the flag may be given several times: the values are joined with commas. */
  readonly repeats?: boolean;
}

export type OptionTable = Readonly<Record<string, Option>>;

type Widened<Value> = Value extends number ? number : Value extends boolean ? boolean : string;

export type ValuesOf<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Widened<Table[Name]["default"]>;
};

/** `apiPort` → `--api-port`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `apiPort` → `FOOTLIGHT_API_PORT`. */
export function variableOf(name: string): string {
  return `FOOTLIGHT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** What a value was wrong with, in words for the person who typed it. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/**
 * Reads the options of a table. A flag beats a variable, a variable what `filed` answers, and that the
 * default.
 *
 * @param filed given the options as they are without it
 * @throws OptionError, naming the option and the value
 */
export function readOptionTable<Table extends OptionTable>(
  table: Table,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  filed: (values: ValuesOf<Table>) => Readonly<Record<string, OptionValue>> = () => ({}),
): ValuesOf<Table> {
  const given = new Map<string, GivenValue>();
  for (const name of Object.keys(table)) {
    const variable = variableOf(name);
    const text = environment[variable];
    if (text !== undefined) given.set(name, { text, where: variable });
  }
  readFlags(args, table, given);

  const valuesOver = (fallbacks: Readonly<Record<string, OptionValue>>): ValuesOf<Table> => {
    const values = Object.entries(table).map(([name, option]) => {
      const value = given.get(name);
      const fallback = Object.hasOwn(fallbacks, name) ? fallbacks[name] : option.default;
      return [name, value === undefined ? fallback : parseOption(option, value)];
    });
    return Object.fromEntries(values) as ValuesOf<Table>;
  };
  return valuesOver(filed(valuesOver({})));
}

export type OptionValue = string | number | boolean;

interface GivenValue {
  readonly text: string;
  /** The flag, the variable or the file's member it came from. */
  readonly where: string;
}

function readFlags(
  args: readonly string[],
  table: OptionTable,
  given: Map<string, GivenValue>,
): void {
  for (let index = 0; index < args.length; index++) {
    const [flag, inline] = splitOnce(args[index]!);
    if (!flag.startsWith("-")) {
      throw new OptionError(`Nothing is expected at "${flag}". --help lists the options`);
    }
    const name = Object.keys(table).find((candidate) => flagOf(candidate) === flag);
    if (name === undefined) {
      throw new OptionError(`Unknown option ${flag}. --help lists what this command takes`);
    }
    if (typeof table[name]!.default === "boolean") {
      given.set(name, { text: inline ?? "true", where: flag });
      continue;
    }
    const text = inline ?? args[++index];
    if (text === undefined) throw new OptionError(`${flag} needs a value`);
    const before = given.get(name);
    const continues = table[name]!.repeats === true && before?.where === flag;
    given.set(name, { text: continues ? `${before.text},${text}` : text, where: flag });
  }
}

function splitOnce(argument: string): [string, string | undefined] {
  const equals = argument.indexOf("=");
  return equals === -1
    ? [argument, undefined]
    : [argument.slice(0, equals), argument.slice(equals + 1)];
}

/** @throws OptionError, when a text is no value of an option */
export function parseOption(option: Option, { text, where }: GivenValue): OptionValue {
  if (typeof option.default === "boolean") {
    if (/^(true|1|yes)$/i.test(text)) return true;
    if (/^(false|0|no|)$/i.test(text)) return false;
    throw new OptionError(`${where} is on or off: true or false, got "${text}"`);
  }
  if (typeof option.default === "number") {
    const [minimum, maximum] = option.range ?? [-Infinity, Infinity];
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new OptionError(
        `${where} must be a whole number from ${minimum} to ${maximum}, got "${text}"`,
      );
    }
    return value;
  }
  if (option.pattern && !option.pattern.test(text)) {
    throw new OptionError(`${where} must be ${option.expects}, got "${text}"`);
  }
  return text;
}
