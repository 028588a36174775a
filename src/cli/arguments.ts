/** Parts what stands alone on a command line, like a function's name, from the options around it. */
import { flagOf, OptionError, type OptionTable } from "../node/option-table.ts";

export interface Arguments {
  readonly words: readonly string[];
  /** The options with their values, as they were given. */
  readonly flags: readonly string[];
}

/** The words of a call make no sense to its command. */
export class UsageError extends OptionError {
  /** @param usage the command as it is written, like `check FILE …` */
  constructor(usage: string, words: readonly string[]) {
    super(`usage: footlight ${usage}${words.length > 0 ? `, got "${words.join(" ")}"` : ""}`);
  }
}

/**
 * @param table says which options have a value of their own behind them
 * @param isWord whether what begins as options do is a word all the same
 */
export function partArguments(
  args: readonly string[],
  table: OptionTable,
  isWord: (argument: string) => boolean = () => false,
): Arguments {
  const words: string[] = [];
  const flags: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]!;
    if (!argument.startsWith("-") || isWord(argument)) {
      words.push(argument);
      continue;
    }
    flags.push(argument);
    const name = Object.keys(table).find((candidate) => flagOf(candidate) === argument);
    const next = args[index + 1];
    const takesNext = name !== undefined && typeof table[name]!.default !== "boolean";
    if (takesNext && next !== undefined) {
      flags.push(next);
      index++;
    }
  }
  return { words, flags };
}
