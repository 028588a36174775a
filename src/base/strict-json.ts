/**
 * Reads JSON that people hand us. `JSON.parse()` keeps the last of two members with one name and
 * drops the other, which is not what whoever wrote both meant: such a text is refused.
 */

/** The message completes "It …": `is not JSON: …`, `says "data[0].key" twice …`. */
export class JsonRefusal extends Error {
  override readonly name = "JsonRefusal";
}

/** @throws JsonRefusal, when the text is no JSON, or an object in it has a name twice */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new JsonRefusal(`is not JSON: ${reason}`, { cause: error });
  }
  const repeated = findRepeatedMember(text);
  if (repeated !== undefined) {
    throw new JsonRefusal(`says "${shown(repeated)}" twice, and only one could count`);
  }
  return value;
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
