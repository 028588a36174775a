/**
 * Reads JSON that people hand us. `JSON.parse()` keeps the last of two members with one name and
 * drops the other, which is not what whoever wrote both meant: such a text is refused.
 */

/** The message completes "It …": `is not JSON: …`, `says "data[0].key" twice …`. */
export class JsonRefusal extends Error {
  override readonly name = "JsonRefusal";

  /** What is wrong, without a word of what stands in the text, for texts that may hold secrets. */
  get withoutContent(): string {
    if (!this.message.startsWith("is not JSON"))
      return "says a name twice, and only one could count";
    const [place = ""] = / \(line \d+ column \d+\)/.exec(this.message) ?? [];
    return `is not JSON${place}`;
  }
}

/** @throws JsonRefusal, when the text is no JSON, or an object in it has a name twice */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new JsonRefusal(`is not JSON: ${reason}${hintFor(text, reason)}`, { cause: error });
  }
  const repeated = findRepeatedMember(text);
  if (repeated !== undefined) {
    throw new JsonRefusal(`says "${shown(repeated)}" twice, and only one could count`);
  }
  return value;
}

/** What whoever writes JSON by hand is used to from JavaScript, with what to write instead. */
const habits: readonly (readonly [habit: RegExp, hint: string])[] = [
  [/^,\s*[}\]]/, "no comma may stand before } or ]"],
  [/^\/[/*]/, "JSON has no comments"],
  [/^'/, "texts and names stand in \", not in '"],
  [/^[{,]\s*[A-Za-z_$][\w$]*\s*:/, 'names stand in "'],
];

/** Characters that are looked through: who writes by hand writes less, and who means harm is not to keep this thread busy. */
const hintedMax = 65_536;

/** The first of those habits outside of texts, with its place where the reason has none; empty where there is none of them. */
function hintFor(text: string, reason: string): string {
  const length = Math.min(text.length, hintedMax);
  for (let at = 0; at < length; at += 1) {
    if (text.charCodeAt(at) === quote) {
      const end = endOfString(text, at);
      if (end < 0) return "";
      at = end;
      continue;
    }
    if (!",/'{".includes(text[at]!)) continue;
    const near = text.slice(at, at + 200);
    const hint = habits.find(([habit]) => habit.test(near))?.[1];
    if (hint === undefined) continue;
    const lines = text.slice(0, at + 1).split("\n");
    const place = ` (line ${lines.length} column ${lines.at(-1)!.length})`;
    return `${/\(line \d+/.test(reason) ? "" : place}; ${hint}`;
  }
  return "";
}

/** An object or an array that is open. */
interface Frame {
  /** The names so far; absent for an array. */
  readonly names?: Set<string>;
  /** What stands in it at this point: a name, or an index. */
  place: string | number;
}

/**
 * @param json what `JSON.parse()` accepts
 * @returns the path of the first member that repeats one of its object, like `data[0].key`
 */
function findRepeatedMember(json: string): string | undefined {
  const frames: Frame[] = [];
  let frame: Frame | undefined;
  let expectsName = false;
  for (let at = 0; at < json.length; at += 1) {
    switch (json.charCodeAt(at)) {
      case openBrace:
        frames.push((frame = { names: new Set(), place: "" }));
        expectsName = true;
        break;
      case openBracket:
        frames.push((frame = { place: 0 }));
        break;
      case closeBrace:
      case closeBracket:
        frames.pop();
        frame = frames.at(-1);
        expectsName = false;
        break;
      case comma:
        if (typeof frame?.place === "number") frame.place += 1;
        else expectsName = true;
        break;
      case quote: {
        const end = endOfString(json, at);
        if (expectsName && frame?.names) {
          expectsName = false;
          frame.place = JSON.parse(json.slice(at, end + 1)) as string;
          if (frame.names.has(frame.place)) return pathOf(frames);
          frame.names.add(frame.place);
        }
        at = end;
        break;
      }
      default:
    }
  }
  return undefined;
}

const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const quote = 0x22;
const backslash = 0x5c;

/** @returns the place of the quotation mark that ends the string whose first one is at `start` */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  for (;;) {
    let escapes = end;
    while (json.charCodeAt(escapes - 1) === backslash) escapes -= 1;
    if ((end - escapes) % 2 === 0) return end;
    end = json.indexOf('"', end + 1);
  }
}

function pathOf(frames: readonly Frame[]): string {
  return frames
    .map(({ place }) => (typeof place === "number" ? `[${place}]` : `.${place}`))
    .join("")
    .replace(/^\./, "");
}

function shown(path: string): string {
  return path.length > 200 ? `…${path.slice(-200).toWellFormed()}` : path;
}
