/** Which templates a call names: a file, or stacks of a folder that `cdk synth` wrote. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { assemblyStacks, type AssemblyStack } from "../../deploy/stack/assembly-stacks.ts";
import { stackNamePattern } from "../../deploy/stack/stack-name.ts";
import { OptionError } from "../../node/option-table.ts";

export interface NamedTemplate {
  readonly file: string;
  readonly stack: string;
}

export interface TemplatesNamed {
  /** A template, or a folder like cdk.out. */
  readonly file: string;
  /** Empty where it is not said. */
  readonly stack: string;
  /** Whether all stacks of a folder are meant. */
  readonly all: boolean;
}

/**
 * @returns each after those that it depends on
 * @throws OptionError, when that is none, or could be several
 */
export function namedTemplates({ file, stack, all }: TemplatesNamed): readonly NamedTemplate[] {
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  const stacks = isFolder ? stacksIn(file) : undefined;
  if (stacks === undefined) {
    if (all) throw new OptionError(`--all is for a folder that cdk synth wrote, got ${file}`);
    return [{ file, stack: stackNameOf(file, stack) }];
  }
  if (all && stack !== "") throw new OptionError("--all and --stack are one too many: give one");
  const chosen = stacks.filter(
    ({ name, otherNames }) => stack === "" || name === stack || otherNames.includes(stack),
  );
  if (chosen.length === 1 || (all && chosen.length > 0)) {
    return chosen.map(({ name, template }) => ({ file: template, stack: name }));
  }
  throw new OptionError(whyNotOne(file, stack, stacks));
}

function stacksIn(folder: string): readonly AssemblyStack[] | undefined {
  try {
    return assemblyStacks(folder);
  } catch (error) {
    throw new OptionError((error as Error).message, { cause: error });
  }
}

function whyNotOne(file: string, stack: string, stacks: readonly AssemblyStack[]): string {
  if (stacks.length === 0) return `There is no stack in ${file}`;
  const names = stacks.map(({ name }) => name).join(", ");
  if (stack !== "") return `There is no stack "${stack}" in ${file}: there are ${names}`;
  return `${file} has several stacks: --stack says which of ${names}, or --all takes them one after the other`;
}

/**
 * @returns `--stack`, or what a file like `Shop.template.json` is named after
 * @throws OptionError, when that is no name of a stack
 */
function stackNameOf(file: string, given: string): string {
  const named = basename(file).replace(/(\.template)?\.(json|ya?ml)$/, "");
  const name = given === "" ? named.replace(/[^A-Za-z0-9-]+/g, "-") : given;
  if (stackNamePattern.test(name)) return name;
  throw new OptionError(
    `--stack must be a letter, and then letters, digits and "-", got "${name}"`,
  );
}
