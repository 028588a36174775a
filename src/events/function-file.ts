/**
 * Reads a function's file, JavaScript or TypeScript, as the JavaScript that CloudFront is given.
 *
 * Of TypeScript only the types are taken out, by Node itself, and spaces are left in their place: every line and column stays what it
 * is in the file, so that whatever refuses the code says where in the TypeScript it is. Nothing is lowered: what the runtime
 * does not know in JavaScript it does not know in TypeScript either.
 */
import { stripTypeScriptTypes } from "node:module";
import { EventFileError } from "./event-file-error.ts";
import { readTextFile } from "./read-json-file.ts";

/** What a function's file may end in. */
export const functionFileEnd = /\.[jt]s$/;

/** A file of TypeScript has syntax that is more than types, or none at all. */
export class TypeScriptError extends EventFileError {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What is wrong, and what to write instead. */
  readonly problem: string;

  constructor(
    file: string,
    { line, column }: { readonly line: number; readonly column: number },
    problem: string,
  ) {
    super(`${file}:${line}:${column}:`, problem);
    this.line = line;
    this.column = column;
    this.problem = problem;
  }
}

/**
 * @throws EventFileError, when there is no such file, or it is no text
 * @throws TypeScriptError, when types are not all that must go
 */
export function readFunctionFile(file: string): string {
  return functionSource(file, readTextFile(file));
}

/**
 * @param file its name says which language it is
 * @throws TypeScriptError
 */
export function functionSource(file: string, text: string): string {
  return file.endsWith(".ts") ? withoutTypes(file, text) : text;
}

function withoutTypes(file: string, text: string): string {
  let stripped: string;
  try {
    stripped = withoutWarning(() => stripTypeScriptTypes(text));
  } catch (error) {
    throw refusalOf(file, error as Error);
  }
  return withoutPadding(text, stripped);
}

/** Node says once of each process that this is experimental, to people who have not asked for it. */
function withoutWarning<Result>(run: () => Result): Result {
  const emitWarning = Object.getOwnPropertyDescriptor(process, "emitWarning")!;
  process.emitWarning = () => {};
  try {
    return run();
  } finally {
    Object.defineProperty(process, "emitWarning", emitWarning);
  }
}

/** Spaces at the ends of lines, where types stood, would only count against the 10 KB that CloudFront takes. */
function withoutPadding(text: string, stripped: string): string {
  const before = text.split("\n");
  return stripped
    .split("\n")
    .map((line, index) => {
      const end = line.trimEnd();
      return before[index]?.slice(end.length).trim() === "" ? line : end;
    })
    .join("\n");
}

/** What TypeScript has beyond types, and what is written instead, by what Node calls it. */
const instead: readonly (readonly [what: RegExp, rewrite: string])[] = [
  [/enum/i, "write an object, const Color = { red: 1 }"],
  [/parameter propert/i, "assign in the body, this.name = name"],
  [/namespace|module/i, "write an object, or plain functions"],
  [/import equals|export assignment/i, "write import cf from 'cloudfront'"],
];

/** What Node puts above the stack: the line's number, the line and some before it, and arrows below what is wrong in it. */
const told = /^\S*:(\d+)\n(?:.*\n)*?( *)\^+\n/;

function refusalOf(file: string, { message, stack = "" }: Error): TypeScriptError {
  const [, line = "1", indent = ""] = told.exec(stack) ?? [];
  const what = message.replace(/\. Instead, use/, "; use").replace(/\.$/, "");
  const rewrite = instead.find(([pattern]) => pattern.test(what))?.[1];
  const problem = rewrite === undefined ? what : `${what}; ${rewrite}`;
  return new TypeScriptError(file, { line: Number(line), column: indent.length + 1 }, problem);
}
