/**
 * Every option of a node: flags, FOOTLIGHT_* variables, --help and docs/options.md are read off
 * this table. A flag beats a variable, and a variable beats the default.
 */
import { availableParallelism } from "node:os";
import { importSourcesPattern } from "../control/key-value-stores/import-source.ts";

export interface Option {
  readonly default: string | number | boolean;
  readonly help: string;
  /** Checks and describes what a value may be; numbers are whole numbers in this range. */
  readonly range?: readonly [minimum: number, maximum: number];
  readonly pattern?: RegExp;
  readonly expects?: string;
  /** Which commands take it; absent means all of start, control and edge. */
  readonly commands?: readonly ("start" | "control" | "edge")[];
}

const port = { range: [0, 65_535] } as const;

export const options = {
  apiPort: {
    default: 4580,
    help: "TCP port of the control-plane API; 0 takes a free one",
    ...port,
    commands: ["start", "control"],
  },
  apiHost: {
    default: "127.0.0.1",
    help: "Address the control-plane API listens on",
    commands: ["start", "control"],
  },
  edgePort: {
    default: 8080,
    help: "TCP port that viewers connect to; 0 takes a free one",
    ...port,
    commands: ["start", "edge"],
  },
  edgeHost: {
    default: "127.0.0.1",
    help: "Address the edge listens on",
    commands: ["start", "edge"],
  },
  data: { default: ".footlight", help: "Folder for everything the node keeps" },
  log: {
    default: "",
    help: "Change log: sqlite:FILE or memory: (default: sqlite:changes.db in the data folder)",
    pattern: /^$|^sqlite:.+$|^memory:$|^nats:\/\/.+$/,
    expects: "sqlite:FILE or memory:",
  },
  workers: {
    default: availableParallelism(),
    help: "Edge worker processes (default: one a core)",
    range: [1, 256],
    commands: ["start", "edge"],
  },
  account: {
    default: "000000000000",
    help: "AWS account id that ARNs name",
    pattern: /^\d{12}$/,
    expects: "12 digits",
  },
  domainSuffix: {
    default: "cloudfront.localhost",
    help: "What distribution domain names end in",
    pattern: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    expects: "a lower-case domain name",
  },
  pop: {
    default: "LCL50-P1",
    help: "Edge location that X-Amz-Cf-Pop names",
    pattern: /^[A-Z]{3}\d{1,2}(-[A-Z]\d{1,2})?$/,
    expects: "a form like FRA56-P4",
    commands: ["start", "edge"],
  },
  drainMs: {
    default: 10_000,
    help: "Longest wait for running requests when the node stops",
    range: [0, 3_600_000],
  },
  logLevel: {
    default: "warn",
    help: "Least severe message the node logs to stderr: debug, info, warn, error or silent",
    pattern: /^(debug|info|warn|error|silent)$/,
    expects: "debug, info, warn, error or silent",
  },
  readyJson: {
    default: false,
    help: "Print one line of JSON to stdout when the node is ready, and nothing else",
  },
  importSources: {
    default: "",
    help: "Where CreateKeyValueStore finds the S3 objects it imports: BUCKET[/PREFIX]=FOLDER_OR_URL, several with commas between",
    pattern: importSourcesPattern,
    expects: "BUCKET[/PREFIX]=FOLDER_OR_URL, or several with commas between",
    commands: ["start", "control"],
  },
  allowReset: {
    default: false,
    help: "Allow POST /footlight/v1/reset, which empties the account; for test suites",
    commands: ["start", "control"],
  },
} satisfies Record<string, Option>;

export type OptionName = keyof typeof options;

type Widened<Value> = Value extends number ? number : Value extends boolean ? boolean : string;

export type NodeOptions = {
  readonly [Name in OptionName]: Widened<(typeof options)[Name]["default"]>;
};

/** `apiPort` → `--api-port`. */
export function flagOf(name: OptionName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `apiPort` → `FOOTLIGHT_API_PORT`. */
export function variableOf(name: OptionName): string {
  return `FOOTLIGHT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** What a value was wrong with, in words for the person who typed it. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/**
 * Reads the options a command takes from its arguments and the environment.
 *
 * @param args like `["--api-port", "0", "--ready-json"]`; `--name=value` works too
 * @throws OptionError, naming the option and the value
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly OptionName[] = Object.keys(options) as OptionName[],
): NodeOptions {
  const given = new Map<OptionName, string>();
  for (const name of names) {
    const value = environment[variableOf(name)];
    if (value !== undefined) given.set(name, value);
  }
  readFlags(args, names, given);

  const values = Object.entries(options).map(([name, option]) => {
    const text = given.get(name as OptionName);
    const value = text === undefined ? option.default : parse(name as OptionName, option, text);
    return [name, value];
  });
  return Object.fromEntries(values) as NodeOptions;
}

function readFlags(
  args: readonly string[],
  names: readonly OptionName[],
  given: Map<OptionName, string>,
): void {
  for (let index = 0; index < args.length; index++) {
    const [flag = "", inline] = splitOnce(args[index]!);
    const name = names.find((candidate) => flagOf(candidate) === flag);
    if (name === undefined) {
      throw new OptionError(`Unknown option ${flag}. --help lists what this command takes`);
    }
    if (typeof options[name].default === "boolean") {
      given.set(name, inline ?? "true");
      continue;
    }
    const value = inline ?? args[++index];
    if (value === undefined) throw new OptionError(`${flag} needs a value`);
    given.set(name, value);
  }
}

function splitOnce(argument: string): [string, string | undefined] {
  const equals = argument.indexOf("=");
  return equals === -1
    ? [argument, undefined]
    : [argument.slice(0, equals), argument.slice(equals + 1)];
}

function parse(name: OptionName, option: Option, text: string): string | number | boolean {
  if (typeof option.default === "boolean") {
    if (/^(true|1|yes)$/i.test(text)) return true;
    if (/^(false|0|no|)$/i.test(text)) return false;
    throw new OptionError(`${flagOf(name)} is on or off: true or false, got "${text}"`);
  }
  if (typeof option.default === "number") {
    const [minimum, maximum] = option.range ?? [-Infinity, Infinity];
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new OptionError(
        `${flagOf(name)} must be a whole number from ${minimum} to ${maximum}, got "${text}"`,
      );
    }
    return value;
  }
  if (option.pattern && !option.pattern.test(text)) {
    throw new OptionError(`${flagOf(name)} must be ${option.expects}, got "${text}"`);
  }
  return text;
}
