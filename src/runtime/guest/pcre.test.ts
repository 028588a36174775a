import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFunction } from "../check/check-function.ts";
import { compileFunction } from "../dialect/compile-function.ts";
import { createRuntime } from "../isolate-runtime.ts";
import { cpuMsOf } from "../../../test/support/cpu-ms-of.ts";
import { copyOf, patientWatchdogMs } from "../../../test/support/sample-copy.ts";
import { viewerRequest } from "../testing/short-event.ts";
import { guestPcreGrammar } from "./pcre-grammar.ts";
import { guestPcre } from "./pcre.ts";

const slice = (text: string, start: number, end?: number): string => text.slice(start, end);
const grammar = guestPcreGrammar(slice);
const refused = guestPcre(slice, true, grammar);
const refusedOn10 = guestPcre(slice, false, grammar);

/** As njs 0.7.9 says it, behind what all of them begin with. */
const refusals: Record<string, string> = {
  "x[\\w-.]y": 'invalid range in character class at "-.]y"',
  "[^\\s-a]": 'invalid range in character class at "-a]"',
  "[+-\\d]": 'invalid range in character class at "]"',
  "(?<!https?:)x": 'lookbehind assertion is not fixed length at "(?<!https?:)x"',
  "(?<=(a|bc))d": 'lookbehind assertion is not fixed length at "(?<=(a|bc))d"',
  "x\\2y(a)": 'reference to non-existent subpattern at "2y(a)"',
  "x[^]y": 'missing terminating ] for character class at ""',
  "x\\iy": 'unrecognized character follows \\ at "iy"',
  "a**": 'quantifier does not follow a repeatable item at "*"',
  "(?:+)": 'quantifier does not follow a repeatable item at "+)"',
  "a{2}{3}": 'quantifier does not follow a repeatable item at "}"',
  "a{1,999999}b": 'number too big in {} quantifier at "9}b"',
  "x{5,3}y": 'numbers out of order in {} quantifier at "}y"',
  "a)b)": 'unmatched closing parenthesis at ")b)"',
  "[z-\\x61]": 'range out of order in character class at "1]"',
  "(?@a)": 'unrecognized character after (? or (?- at "@a)"',
  "(?<>x)": 'subpattern name expected at ">x)"',
  "(?<1a>x)": 'subpattern name must start with a non-digit at "1a>x)"',
  "(?<a>x)|(?<a>y)": 'two named subpatterns have the same name (PCRE2_DUPNAMES not set) at "y)"',
  "x[a\\zy]": 'escape sequence is invalid in character class at "zy]"',
};

const fine = [
  "[\\w.-]",
  "[\\s-]",
  "[a-z-9]",
  "[\\w\\-.]",
  "[\\n-\\r\\x00-\\x1f]",
  "(?<=^|,)x",
  "(?<=a|bc)d",
  "(?<=a(?!b*)c{2}[x-z])d",
  "a{,3}+b{x}*{,3}x{",
  "(?=x)*(?!x){3}[*]+\\*+(|a)*(?:)*a??b*?",
  "(?<n>a)|(?<m>b{2,})",
  "(a)\\1",
  "\\11",
  "(?<n>a)\\k<n>",
  "\\/\\-\\_\\%",
];

test("guestPcre() refuses what PCRE refuses, in its words", () => {
  for (const [pattern, why] of Object.entries(refusals)) {
    assert.equal(refused(pattern), `pcre_compile2("${pattern}") failed: ${why}`);
  }
  for (const pattern of fine) assert.equal(refused(pattern), undefined, pattern);
});

test("guestPcre() lets 1.0's older PCRE take what means nothing", () => {
  for (const pattern of ["x[^]y", "a[]b", "x\\iy", "[\\z]", ...fine]) {
    assert.equal(refusedOn10(pattern), undefined, pattern);
  }
  assert.ok(refusedOn10("[\\w-.]"));
  assert.ok(refusedOn10("(?<=a+)b"));
});

test("guestPcre() is done with any pattern in time that grows with its length", () => {
  for (const part of [
    "(?<",
    "{1",
    "{1,",
    "[a-b",
    "(?<a",
    "(?<=",
    "(",
    "[",
    "\\k<",
    "(?<=(",
    "[a-",
    "a{1",
    "(?<=a|",
  ]) {
    const ms = cpuMsOf(() => {
      refused(part.repeat(5000));
      refused(part.repeat(500_000));
    });
    // Were it the square of it, these would take minutes.
    assert.ok(ms < 5000, part);
  }
});

test("a function with such a pattern does not compile, and check says what to write", () => {
  const source = "function handler(e) {\n  return /^[\\w-.]+$/.test(e.request.uri) }";
  const compiled = compileFunction(source, "cloudfront-js-2.0");
  assert.equal(
    compiled.type === "refused" && compiled.message,
    'SyntaxError: pcre_compile2("^[\\w-.]+$") failed: invalid range in character class at "-.]+$" in 2',
  );
  const [finding] = checkFunction(source, "cloudfront-js-2.0");
  assert.equal(finding?.rule, "regexp-pattern");
  assert.match(finding?.message ?? "", /- last in/);
});

test("RegExp() takes njs's flags and patterns", (t) => {
  const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
  t.after(() => runtime.close());
  const say = (expression: string, name?: "cloudfront-js-1.0"): string =>
    runtime
      .test(
        copyOf(
          `function handler(event) { var r; try { r = ${expression} } catch (e) { r = e } console.log(r); return event.request }`,
          name,
        ),
        JSON.stringify(viewerRequest("/")),
      )
      .logs.join();
  for (const flag of ["s", "u", "v", "d", "gg"]) {
    assert.equal(say(`new RegExp('a', '${flag}')`), `SyntaxError: Invalid RegExp flags "${flag}"`);
  }
  assert.equal(say("new RegExp('a', 'gimy')"), "/a/gimy");
  assert.equal(
    say("RegExp('a', 'y')", "cloudfront-js-1.0"),
    'SyntaxError: Invalid RegExp flags "y"',
  );
  assert.equal(
    say("RegExp('[\\\\w-.]')"),
    'SyntaxError: pcre_compile2("[\\w-.]") failed: invalid range in character class at "-.]"',
  );
  assert.equal(
    say("[/a/ instanceof RegExp, /a/.constructor === RegExp, RegExp(/a/g)]"),
    "[true,true,/a/g]",
  );
});
