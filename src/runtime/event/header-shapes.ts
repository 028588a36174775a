/**
 * The names of a request's headers, known by a number.
 *
 * Browsers send the same names in the same order again and again. Names that have come a few
 * times are a shape; an isolate learns it once (guest/header-shapes.ts), and from then on only the
 * values are sent to it, and it builds the headers' object without looking at a name.
 */
import { visibleName } from "./header-rules.ts";

/** Which header is cookies: a request's Cookie lines, a response's Set-Cookie lines. */
export type CookieName = "cookie" | "set-cookie";

export interface HeaderShape {
  readonly cookieName: CookieName;
  /** The names that a function sees, in lower case, line by line. */
  readonly names: readonly string[];
  /** Where in the flat list of names and values each one's value stands. */
  readonly places: readonly number[];
}

/** Where a list of names leads to, name by name. */
class Step {
  readonly next = new Map<string, Step>();
  timesSeen = 0;
  shape: HeaderShape | undefined;
}

/** Viewers choose names, so what is remembered of them is bounded, and bought by repetition. */
const mostSteps = 8192;
const repetitions = 16;

class HeaderShapes {
  readonly #cookieName: CookieName;
  readonly #withCookies: boolean;
  #first = new Step();
  #steps = 0;

  constructor(cookieName: CookieName, withCookies: boolean) {
    this.#cookieName = cookieName;
    this.#withCookies = withCookies;
  }

  /** @returns undefined for names that came too seldom, or that make no plain object */
  find(headers: readonly string[]): HeaderShape | undefined {
    let step = this.#first;
    for (let i = 0; i < headers.length; i += 2) {
      step = step.next.get(headers[i] as string) ?? this.#add(step, headers[i] as string);
    }
    if (step.shape !== undefined) return step.shape;
    step.timesSeen += 1;
    if (step.timesSeen === repetitions) {
      step.shape = shapeOf(headers, this.#cookieName, this.#withCookies);
    }
    return step.shape;
  }

  #add(step: Step, name: string): Step {
    const added = new Step();
    if (name.length > 64) return added;
    if (this.#steps >= mostSteps) {
      this.#first = new Step();
      this.#steps = 0;
      return added;
    }
    this.#steps += 1;
    step.next.set(name, added);
    return added;
  }
}

const shapes = {
  cookie: { all: new HeaderShapes("cookie", true), rest: new HeaderShapes("cookie", false) },
  "set-cookie": {
    all: new HeaderShapes("set-cookie", true),
    rest: new HeaderShapes("set-cookie", false),
  },
};

/** @param withCookies whether the shape is to have the cookies' lines */
export function findShape(
  headers: readonly string[],
  cookieName: CookieName,
  withCookies: boolean,
): HeaderShape | undefined {
  const { all, rest } = shapes[cookieName];
  return (withCookies ? all : rest).find(headers);
}

function shapeOf(
  headers: readonly string[],
  cookieName: CookieName,
  withCookies: boolean,
): HeaderShape | undefined {
  const names: string[] = [];
  const places: number[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = visibleName(headers[i] as string);
    if (name === "" || (name === cookieName && !withCookies)) continue;
    if (name !== cookieName && (names.includes(name) || !isPlain(name))) return undefined;
    names.push(name);
    places.push(i + 1);
  }
  return names.length > 100 ? undefined : { cookieName, names, places };
}

/** Whether a property of that name stands where it was put: V8 lists integers first. */
function isPlain(name: string): boolean {
  return name !== "__proto__" && !/^[0-9]/.test(name) && !name.includes("\n");
}

/** The most shapes that one isolate knows at a time. */
const mostSlots = 64;

/** What one isolate has learnt. */
export class ShapeSlots {
  readonly #slots = new Map<HeaderShape, number>();
  readonly #learn: (slot: number, cookieName: CookieName, names: string) => void;

  /** @param learn tells the isolate; names are separated by line breaks */
  constructor(learn: (slot: number, cookieName: CookieName, names: string) => void) {
    this.#learn = learn;
  }

  slotOf(shape: HeaderShape): number {
    const known = this.#slots.get(shape);
    if (known !== undefined) return known;
    if (this.#slots.size >= mostSlots) this.#slots.clear();
    const slot = this.#slots.size;
    this.#learn(slot, shape.cookieName, shape.names.join("\n"));
    this.#slots.set(shape, slot);
    return slot;
  }
}
