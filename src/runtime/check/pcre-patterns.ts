/**
 * What PCRE, njs's engine of regular expressions, has beyond JavaScript. The engine here refuses some
 * of it, which CloudFront takes, and reads the rest as something else.
 *
 * Source: pcre2pattern; measured with njs 0.7.9.
 */
import type { AnyNode } from "acorn";
import type { AddFinding } from "./check-program.ts";
import { dottedName } from "./names.ts";
import type { Visit } from "./walk-reachable.ts";

export interface PcrePart {
  /** As it is written: `\A`, `(?i)`. */
  readonly text: string;
  readonly rewrite: string;
  /** Whether the engine here refuses it; else it reads something else. */
  readonly isRefused: boolean;
}

/** Escapes that stand for something in PCRE and for their letter, or nothing like it, in JavaScript. */
const escapes: Readonly<Record<string, string>> = {
  A: "write ^ without the flag m",
  Z: "write $ without the flag m",
  z: "write $ without the flag m",
  G: "use the flag y",
  h: "write [ \\t]",
  H: "write [^ \\t]",
  V: "write [^\\n\\r\\v\\f]",
  R: "write (?:\\r\\n|[\\n\\v\\f\\r])",
  K: "put the text before it into a group, and use what follows",
  Q: "escape each character",
  E: "escape each character",
  N: "write [^\\n]",
  X: "write .",
  C: "write [\\s\\S]",
  a: "write \\x07",
  e: "write \\x1b",
  g: "write \\1",
  o: "write \\x and two hexadecimal digits",
  p: "write the ranges out",
  P: "write the ranges out",
};

/** Those that stand for themselves in a class too. */
const escapesInClass = "hHVaepPNo";

/** A quantifier in braces. */
const braces = /^\{\d+(?:,\d*)?\}/;
/** What a group begins with that both engines take. */
const groupHead = /^\((?:\?(?:<?[=!]|<[^>]*>|[ims]*(?:-[ims]+)?:))?/;
/** Escapes that stand for a place and not for a character: there is nothing to repeat. */
const places = "bBAZzG";

/** @returns the first part of a pattern that only PCRE reads as it is meant */
export function findPcrePart(pattern: string): PcrePart | undefined {
  let inClass = false;
  /** Whether what stands before can be repeated: a quantifier of nothing is refused by PCRE as well. */
  let isItem = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern[at] as string;
    const next = pattern[at + 1] ?? "";
    if (letter === "\\") {
      const found = escapeAt(pattern, at, inClass);
      if (found) return found;
      isItem = next === "" || !places.includes(next);
      at += 1;
    } else if (inClass) {
      if (letter === "]") inClass = false;
      isItem = true;
      const name =
        letter === "[" && next === ":" ? /^\[:\^?[a-z]+:\]/.exec(pattern.slice(at, at + 20)) : null;
      if (name) return misread(name[0], "write the characters out, as in [A-Za-z]");
    } else if (letter === "[") {
      inClass = true;
      if (next === "^") at += 1;
    } else if (letter === "(") {
      const head = pattern.slice(at, at + 40);
      const found = groupAt(head);
      if (found) return found;
      isItem = false;
      at += (groupHead.exec(head)?.[0].length ?? 1) - 1;
    } else {
      const quantifier = quantifierAt(pattern, at);
      at += Math.max(0, quantifier.length - 1);
      const behind = pattern[at + 1] ?? "";
      if (quantifier === "") isItem = !"^$|".includes(letter);
      else if (isItem && behind === "+") {
        return refused(`${quantifier.at(-1)}+`, "write it without the second +");
      } else {
        isItem = false;
        if (behind === "?") at += 1;
      }
    }
  }
  return undefined;
}

/** @returns "" where none stands there; what makes it lazy is not part of it */
function quantifierAt(pattern: string, at: number): string {
  const letter = pattern[at] ?? "";
  if (letter !== "{") return "*+?".includes(letter) ? letter : "";
  return braces.exec(pattern.slice(at, at + 20))?.[0] ?? "";
}

function escapeAt(pattern: string, at: number, inClass: boolean): PcrePart | undefined {
  const letter = pattern[at + 1] ?? "";
  const next = pattern[at + 2] ?? "";
  if (letter === "x" && next === "{")
    return misread("\\x{…}", "write \\x and two hexadecimal digits");
  if (letter === "k" && (next === "{" || next === "'"))
    return refused(`\\k${next}`, "write \\k<name>");
  if (inClass && !escapesInClass.includes(letter)) return undefined;
  const rewrite = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
  return rewrite === undefined ? undefined : misread(`\\${letter}`, rewrite);
}

/** @param text what a group begins with, and what follows it */
function groupAt(text: string): PcrePart | undefined {
  // Without a name it is no verb, and nothing that could be repeated: neither engine takes it.
  if (/^\(\*[A-Za-z:]/.test(text)) return refused("(*", "leave the verb out");
  if (text[1] !== "?" || /^\(\?(?:[:=!]|<[=!]|<[A-Za-z_$])/.test(text)) return undefined;
  const flags = /^\(\?[imnsxJU^-]*\)/.exec(text);
  if (flags) return refused(flags[0], "use flags behind the expression");
  // Both engines have flags for a group, if only these.
  if (/^\(\?[ims]*(?:-[ims]+)?:/.test(text)) return undefined;
  const named = /^\(\?(?:P<|'|P=|P>|&)/.exec(text);
  if (named)
    return refused(named[0], "write (?<name>…) for a group, \\k<name> for what it matched");
  // What else may follow, neither engine takes.
  if (!/^\(\?(?:[>#|(RC]|[+-]?\d|[imnsxJU^-])/.test(text)) return undefined;
  const rewrites: Readonly<Record<string, string>> = {
    ">": "write (?:…)",
    "#": "leave the comment out",
    "|": "write (?:…), and number the groups",
    "(": "write the cases out",
  };
  return refused(text.slice(0, 3), rewrites[text[2] ?? ""] ?? "write it out");
}

function misread(text: string, rewrite: string): PcrePart {
  return { text, rewrite, isRefused: false };
}

function refused(text: string, rewrite: string): PcrePart {
  return { text, rewrite, isRefused: true };
}

/** @returns what to do with each node that can run */
export function findPcrePatterns(add: AddFinding): Visit {
  return (node) => {
    const pattern = patternOf(node);
    const part = pattern === undefined ? undefined : findPcrePart(pattern);
    if (part === undefined) return;
    add(part.isRefused ? "error" : "warning", "pcre-pattern", node.start, pcreMessage(part));
  };
}

export function pcreMessage({ text, rewrite, isRefused }: PcrePart): string {
  return isRefused
    ? `CloudFront's PCRE takes ${text}, and the engine here does not; ${rewrite}`
    : `${text} is PCRE's: CloudFront reads it so, and the engine here as JavaScript does; ${rewrite}`;
}

/** The pattern of a regular expression that is written out. */
function patternOf(node: AnyNode): string | undefined {
  if (node.type === "Literal" && "regex" in node && node.regex) return node.regex.pattern;
  if (node.type !== "NewExpression" && node.type !== "CallExpression") return undefined;
  const [pattern] = node.arguments;
  if (dottedName(node.callee) !== "RegExp" || pattern?.type !== "Literal") return undefined;
  return typeof pattern.value === "string" ? pattern.value : undefined;
}
