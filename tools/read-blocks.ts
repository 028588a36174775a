/**
 * Reads what pages show and nobody runs, as far as that goes: commands of Footlight's, their options, npm's scripts and the
 * operations of the AWS CLI are such as there are; JSON, YAML and JavaScript are well-formed. Blocks that are run say so:
 * tools/run-pages.ts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "acorn";
import { parse as parseYaml } from "yaml";
import { commands } from "../src/cli/commands.ts";
import { functionSource } from "../src/events/function-file.ts";
import { flagOf } from "../src/node/option-table.ts";
import { cloudFrontOperations, keyValueStoreOperations } from "../src/schema/operation-table.ts";

interface Shown {
  readonly language: string;
  readonly code: string;
}

/** Their language is not read here. Blocks of text are what something prints, and pictures have a test of their own. */
const unread = ["text", "mermaid", "hcl", "ini", "nginx", "python"];

/** @returns a line for each thing that is not right */
export async function readBlocks(root: string, page: string): Promise<string[]> {
  const text = readFileSync(join(root, page), "utf8");
  const problems: string[] = [];
  for (const { language, code } of shownIn(text)) {
    if (unread.includes(language)) continue;
    for (const problem of await problemsOf(language, code, root)) {
      problems.push(`${page}: ${problem}`);
    }
  }
  return problems;
}

function shownIn(text: string): Shown[] {
  const blocks = [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```/gm)].map(
    ([, , language = "", code = ""]) => ({ language, code }),
  );
  const prose = text.replaceAll(/^( *)```[\s\S]*?^\1```/gm, "");
  const inline = [...prose.matchAll(/`((?:npx |npm run )?footlight [^`]+)`/g)].map(
    ([, code = ""]) => ({ language: "sh", code }),
  );
  return [...blocks, ...inline];
}

async function problemsOf(language: string, code: string, root: string): Promise<string[]> {
  if (language === "sh") return problemsOfShell(code, root);
  try {
    if (language === "json") JSON.parse(wholeJson(code));
    else if (language === "yaml") parseYaml(code);
    else if (language === "js" || language === "ts") {
      parse(functionSource(`block.${language}`, code), {
        ecmaVersion: "latest",
        sourceType: "module",
        allowReturnOutsideFunction: true,
      });
    } else return [`a block is in ${language}, which is neither read nor left out`];
    return [];
  } catch (error) {
    return [`${(error as Error).message}, in this ${language} block:\n${code}`];
  }
}

/** Several documents, one a line, are JSON as well. */
function wholeJson(code: string): string {
  const lines = code.trim().split("\n");
  return lines.every((line) => /^\{.*\}$/.test(line)) ? `[${lines.join(",")}]` : code;
}

async function problemsOfShell(code: string, root: string): Promise<string[]> {
  const problems: string[] = [];
  for (const words of callsIn(code)) {
    const [program, name = "", ...args] = words;
    if (program === "footlight") problems.push(...(await problemsOfCall(name, args)));
    else if (program === "npm" && !hasScript(root, name))
      problems.push(`npm has no script "${name}"`);
    else if (program === "aws" && !isOperation(name, args[0] ?? "")) {
      problems.push(`the AWS CLI has no ${name} ${args[0]}`);
    }
  }
  return problems;
}

async function problemsOfCall(name: string, args: readonly string[]): Promise<string[]> {
  // In capitals it stands for any.
  if (/^[A-Z]+$/.test(name) || ["--version", "--help", "help", ""].includes(name)) return [];
  if (!Object.hasOwn(commands, name)) return [`there is no footlight ${name}`];
  const { options } = await commands[name]!();
  const known = new Set(["--help", ...Object.keys(options).map(flagOf)]);
  return args
    .filter((argument) => argument.startsWith("--"))
    .map((argument) => argument.split("=")[0]!)
    .filter((flag) => !known.has(flag))
    .map((flag) => `footlight ${name} has no ${flag}`);
}

/** The program first, without what brings it. */
function callsIn(code: string): string[][] {
  return code
    .replaceAll("\\\n", " ")
    .split(/\n|\||;|&&|\$\(|\)|<\(/)
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .flatMap((line) => {
      const found =
        /(?:^|\s)(?:npx |npm run )?(footlight)(?: --)?((?: .*)?)$/.exec(line) ??
        /(?:^|\s)(npm) run( .*)$/.exec(line) ??
        /(?:^|\s)(aws)( cloudfront(?:-keyvaluestore)? .*)$/.exec(line);
      if (found === null) return [];
      return [[found[1]!, ...wordsOf(found[2]!)]];
    });
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word);
}

function hasScript(root: string, name: string): boolean {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  return Object.hasOwn(scripts, name);
}

function isOperation(service: string, name: string): boolean {
  if (name === "wait") return true;
  const operations = service === "cloudfront" ? cloudFrontOperations : keyValueStoreOperations;
  return [...operations.keys()].some((operation) => kebab(operation) === name);
}

/** As the AWS CLI names an operation. */
function kebab(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}
