/**
 * The names of a request's headers, known by a number.
 *
 * Browsers send the same names in the same order again and again. Names that have come a few
 * times are a shape; an isolate learns once (guest/header-shapes.ts) those of its names that its
 * function may read, and from then on only their values are sent to it, and it builds the headers'
 * object without looking at a name.
 */
import type { PartRead } from "../dialect/event-kinds.ts";
import { headerRules } from "../../model/header-rules.ts";

/** Which header is cookies: a request's Cookie lines, a response's Set-Cookie lines. */
export type CookieName = "cookie" | "set-cookie";

export interface HeaderShape {
  readonly cookieName: CookieName;
  /** The names that a function sees, in lower case, line by line. */
  readonly names: readonly string[];
  /** Where in the flat list of names and values each one's value stands. */
  readonly places: readonly number[];
  /** Those of the places where cookies stand. */
  readonly cookiePlaces: readonly number[];
}

/** Where a list of names leads to, name by name. */
class Step {
  readonly next = new Map<string, Step>();
  timesSeen = 0;
  shape: HeaderShape | undefined;
}

/**
 * Viewers choose names, so what is remembered of them is bounded, and bought by repetition. It is kept in two
 * generations: when one is full it becomes the older, whose shapes are taken over as they come again.
 */
const mostSteps = 4096;
const repetitions = 16;
/** Browsers send some twenty; a list of thousands would push everybody else's out of both generations. */
const mostNames = 100;

class HeaderShapes {
  readonly #cookieName: CookieName;
  #younger = new Step();
  #older = new Step();
  #steps = 0;

  constructor(cookieName: CookieName) {
    this.#cookieName = cookieName;
  }

  /** @returns undefined for names that came too seldom, or that make no plain object */
  find(headers: readonly string[]): HeaderShape | undefined {
    if (headers.length > 2 * mostNames) return undefined;
    let step = this.#younger;
    for (let i = 0; i < headers.length; i += 2) {
      step = step.next.get(headers[i] as string) ?? this.#add(step, headers[i] as string);
    }
    if (step.shape !== undefined) return step.shape;
    if (step.timesSeen === 0) step.shape = this.#olderShape(headers);
    step.timesSeen += 1;
    if (step.timesSeen === repetitions) {
      step.shape = shapeOf(headers, this.#cookieName);
    }
    return step.shape;
  }

  #olderShape(headers: readonly string[]): HeaderShape | undefined {
    let step: Step | undefined = this.#older;
    for (let i = 0; i < headers.length && step; i += 2) step = step.next.get(headers[i] as string);
    return step?.shape;
  }

  #add(step: Step, name: string): Step {
    const added = new Step();
    if (name.length > 64) return added;
    if (this.#steps >= mostSteps) {
      this.#older = this.#younger;
      this.#younger = new Step();
      this.#steps = 0;
      return added;
    }
    this.#steps += 1;
    step.next.set(name, added);
    return added;
  }
}

const shapes = {
  cookie: new HeaderShapes("cookie"),
  "set-cookie": new HeaderShapes("set-cookie"),
};

export function findShape(
  headers: readonly string[],
  cookieName: CookieName,
): HeaderShape | undefined {
  return shapes[cookieName].find(headers);
}

function shapeOf(headers: readonly string[], cookieName: CookieName): HeaderShape | undefined {
  const names: string[] = [];
  const places: number[] = [];
  const cookiePlaces: number[] = [];
  const seen = new Set<string>();
  for (let i = 0; i < headers.length; i += 2) {
    const name = headerRules(headers[i] as string).visible;
    if (name === "") continue;
    if (name === cookieName) cookiePlaces.push(i + 1);
    else if (seen.has(name) || !isPlain(name)) return undefined;
    seen.add(name);
    names.push(name);
    places.push(i + 1);
  }
  return { cookieName, names, places, cookiePlaces };
}

/** Whether a property of that name stands where it was put: V8 lists integers first. */
function isPlain(name: string): boolean {
  return name !== "__proto__" && !/^[0-9]/.test(name) && !name.includes("\n");
}

/** The most shapes that one isolate knows at a time; the guest counts with it too. */
const mostShapes = 64;

/** What may be read of headers and of their cookies. */
export interface HeaderReads {
  readonly headers: PartRead;
  readonly cookies: PartRead;
}

/** What of a shape is sent to an isolate. */
export interface SentShape {
  readonly number: number;
  /** Where in the flat list of names and values the values stand that are sent. */
  readonly places: readonly number[];
}

/** Which parts may lack something that the event has: a bit each. */
export const headersLeftOut = 1;
export const cookiesLeftOut = 2;

/** What an isolate must know before it is sent a shape's number; names are separated by line breaks. */
type Lesson = readonly [number: number, cookieName: CookieName, names: string, leftOut: number];

/**
 * The numbers of the shapes that are sent to a copy's isolates. No number is given twice: beyond the most
 * shapes, and when more of an event is sent, all get new ones.
 */
export class ShapeNumbers {
  readonly #withCookies = new Map<HeaderShape, SentShape>();
  readonly #withoutCookies = new Map<HeaderShape, SentShape>();
  /** The latest, each in the place that its number has modulo the most. */
  readonly #lessons: Lesson[] = [];
  #next = 0;

  /** @param reads what the function may read, the same for a cookie name until `forget` */
  of(shape: HeaderShape, reads: HeaderReads, withCookies: boolean): SentShape {
    const numbers = withCookies ? this.#withCookies : this.#withoutCookies;
    return numbers.get(shape) ?? this.#add(numbers, shape, reads, withCookies);
  }

  forget(): void {
    this.#withCookies.clear();
    this.#withoutCookies.clear();
  }

  /**
   * Teaches an isolate what it may be sent and does not know.
   *
   * @param known how many numbers it had been taught of before
   * @returns how many it is taught of now
   */
  teach(known: number, learn: (...lesson: Lesson) => void): number {
    for (let number = Math.max(known, this.#next - mostShapes); number < this.#next; number += 1) {
      learn(...(this.#lessons[number % mostShapes] as Lesson));
    }
    return this.#next;
  }

  #add(
    numbers: Map<HeaderShape, SentShape>,
    shape: HeaderShape,
    reads: HeaderReads,
    withCookies: boolean,
  ): SentShape {
    if (this.#withCookies.size + this.#withoutCookies.size >= mostShapes) this.forget();
    const { cookieName } = shape;
    const names: string[] = [];
    const places: number[] = [];
    let leftOut = 0;
    for (const [i, name] of shape.names.entries()) {
      const isCookie = name === cookieName;
      const read = isCookie ? reads.cookies : reads.headers;
      if (isCookie ? withCookies : read === "all" || read.has(name)) {
        names.push(name);
        places.push(shape.places[i] as number);
      } else if (!isCookie) leftOut |= headersLeftOut;
      if (isCookie && read !== "all") leftOut |= cookiesLeftOut;
    }
    const number = this.#next;
    this.#next += 1;
    this.#lessons[number % mostShapes] = [number, cookieName, names.join("\n"), leftOut];
    const added = { number, places };
    numbers.set(shape, added);
    return added;
  }
}
