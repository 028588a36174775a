/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * One invocation inside the isolate: fresh state, the event, the handler, the answer.
 *
 * The host calls `invoke`; when the answer is "?" the handler is asynchronous (or may have left
 * jobs behind), the microtasks run as the call returns, and the host calls `settle` for the
 * answer. What `settle` finds still unsettled will never be: there is nothing to wait for. An
 * answer that begins with "~" asks for the same run with the whole of a part of the event, and one
 * behind "!", its chance's seed and a line is of a run that read more than the event and the host's answers: the next may be another. One
 * behind "@" and a line is of a run that compared the clock, and read no more of it. Of a long one the host is
 * told "*", and takes it.
 */
import type { BuiltEvent, GuestBuildEvent } from "./build-event.ts";
import type { GuestConnection } from "./connection.ts";
import type { GuestConsole } from "./console.ts";
import type { GuestErrorText } from "./error-text.ts";
import type { GuestHeaderShapes } from "./header-shapes.ts";
import type { GuestKit } from "./kit.ts";
import type { GuestModules } from "./modules.ts";
import type { GuestReadAnswer } from "./read-answer.ts";

/** What the compiler makes of a function's source: everything it needs comes in, the handler comes out. */
export type CompiledFunction = (
  meter: unknown,
  tick: unknown,
  caught: unknown,
  grown: unknown,
  required: unknown,
) => () => unknown;

export interface InvokeParts {
  kit: GuestKit;
  shapes: GuestHeaderShapes;
  events: GuestBuildEvent;
  answers: GuestReadAnswer;
  errors: GuestErrorText;
  logs: GuestConsole;
  modules: GuestModules;
  connections: GuestConnection;
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestInvoke(parts: InvokeParts) {
  "use strict";
  const { kit, shapes, events, answers, errors, logs, modules, connections } = parts;
  const { meter, apply, quote, stopped } = kit;

  let factory: () => unknown = () => undefined;
  let hasJobs = false;
  let rawQueryString = false;
  let isConnection = false;

  let built: BuiltEvent | undefined;
  let full = false;
  let status: "idle" | "pending" | "fulfilled" | "rejected" = "idle";
  let settled: unknown;
  /** The answer that `reject` gave, which the host may not have got. */
  let lost: string | undefined;
  /** A long answer that has yet to be taken. */
  let long = "";
  /** What the next run's chance follows from; 0 for what is drawn then. */
  let seedGiven = 0;
  /** Whether the next run tells what it reads of what is hidden. */
  let marksHidden = false;

  /** At most the limit: what was refused may have been infinitely much, which JSON can't say. */
  const spent = (): number => kit.stepLimit - (meter.steps > 0 ? meter.steps : 0);

  /** The tail that every answer but the shortest has: what the edge was asked to do, steps, and logs. */
  const tail = (): string => {
    return `${modules.takeAsked()}${errors.state.tampered ? ',"tampered":true' : ""},"steps":${spent()},"logs":${logs.take()}}`;
  };

  const overLimit = (): string => {
    // Steps were left: the stack had no room for the call that hands them out, which differs from run to run.
    if (meter.rest > 0 && meter.bytes >= 0) kit.outside.wasRead = true;
    const message = meter.bytes < 0 ? "MemoryError" : "InternalError: compute limit exceeded";
    return `{"type":"limit","message":${quote(message)}${tail()}`;
  };

  const lineMember = (line: number): string => (line > 0 ? `,"line":${line}` : "");

  const failure = (error: unknown): string => {
    if (error === stopped || meter.steps < 0 || meter.bytes < 0) return overLimit();
    const text = errors.errorText(error);
    if (meter.steps < 0 || meter.bytes < 0) return overLimit();
    return `{"type":"error","message":${quote(text)}${lineMember(errors.lineOf(error))}${tail()}`;
  };

  const answer = (result: unknown): string => {
    kit.outside.tracks = false;
    if (isConnection) {
      const decided = connections.answer();
      return meter.steps < 0 || meter.bytes < 0 ? overLimit() : decided + tail();
    }
    if (!answers.isObject(result)) {
      if (meter.steps < 0 || meter.bytes < 0) return overLimit();
      return `{"type":"nothing"${tail()}`;
    }
    let text: string;
    try {
      text = answers.readAnswer(result, built as BuiltEvent, full);
    } catch (error) {
      if (error === answers.needsWhole) return `~${answers.needsWhole.part}`;
      if (error !== answers.unreadable) return failure(error);
      const { complaint } = answers.unreadable;
      if (meter.steps < 0 || meter.bytes < 0) return overLimit();
      return `{"type":"invalid","complaint":${kit.quote(complaint)}${tail()}`;
    }
    if (meter.steps < 0 || meter.bytes < 0) return overLimit();
    const code = kit.charCodeAt(text, 0);
    if (code === 123) return text + tail();
    if (logs.isEmpty() && modules.takeAsked() === "" && !errors.state.tampered) {
      return code === 61 ? `=${spent()}` : `u${spent()}\n${kit.slice(text, 1)}`;
    }
    const uri = code === 61 ? (built as BuiltEvent).uri : kit.slice(text, 1);
    return `{"type":"request","method":${quote((built as BuiltEvent).method)},"uri":${quote(uri)},"querystring":0,"headers":0,"cookies":0${tail()}`;
  };

  /** An answer, told apart when the same event and the same answers of the host may have another. */
  const marked = (text: string): string => {
    const { wasRead, compared, seed } = kit.outside;
    if ((!wasRead && compared === "") || text === "?" || kit.charCodeAt(text, 0) === 126)
      return text;
    return wasRead ? `!${seed}\n${text}` : `@${compared}\n${text}`;
  };

  /**
   * A string of 1 KB or more that is returned is memory outside the heap of the host, which is freed long after: a
   * thousand pages are hundreds of megabytes. In a list it is copied, which is cheaper as well.
   */
  const returned = (text: string): string => {
    if (text.length < 1024) return text;
    long = text;
    return "*";
  };

  const start = (now: number): void => {
    kit.reset();
    kit.outside.now = now;
    kit.outside.wasRead = false;
    kit.outside.compared = "";
    kit.outside.comparisons = 0;
    kit.outside.seed = seedGiven;
    kit.outside.hasDrawn = false;
    kit.outside.marksHidden = marksHidden;
    kit.outside.tracks = false;
    kit.outside.touched = "";
    seedGiven = 0;
    marksHidden = false;
    errors.state.tampered = false;
    logs.reset();
    modules.reset();
    status = "idle";
    settled = undefined;
    lost = undefined;
    long = "";
  };

  const run = (): string => {
    modules.begin((built as BuiltEvent).response === undefined, (built as BuiltEvent).location);
    try {
      const handler = factory();
      if (typeof handler !== "function") {
        const name = isConnection ? "connectionHandler" : "handler";
        return `{"type":"error","message":"ReferenceError: \\"${name}\\" is not defined"${tail()}`;
      }
      modules.beginHandler((built as BuiltEvent).tenant);
      const { event } = built as BuiltEvent;
      const given = isConnection ? connections.begin(event) : event;
      kit.outside.tracks = kit.outside.marksHidden;
      const result = apply(handler as () => unknown, undefined, [given]);
      if (result instanceof kit.Promise) {
        status = "pending";
        kit.then(
          result as Promise<unknown>,
          (value) => {
            status = "fulfilled";
            settled = value;
          },
          (reason) => {
            status = "rejected";
            settled = reason;
          },
        );
        return "?";
      }
      if (hasJobs) {
        status = "fulfilled";
        settled = result;
        return "?";
      }
      return answer(result);
    } catch (error) {
      return failure(error);
    }
  };

  return {
    /**
     * @param compiled what the function's script evaluates to
     * @param jobs whether the source can leave promise jobs behind a plain answer
     * @param cloudfront whether the runtime has what came after 1.0
     * @param limits how many times a viewer function's steps it may take
     * @param connection whether it is handed connections, and not events
     */
    load(
      compiled: CompiledFunction,
      jobs: boolean,
      cloudfront: boolean,
      limits = 1,
      connection = false,
    ): void {
      kit.allow(limits);
      isConnection = connection;
      factory = compiled(meter, meter.spend, errors.caught, kit.grown, modules.required);
      hasJobs = jobs;
      rawQueryString = cloudfront;
    },

    learnShape: shapes.learn,

    /** The event's text comes in pieces, as V8 is slow to take in a string of 1 KB or more. */
    invoke(now: number, lines: string, more?: string, rest?: string): string {
      start(now);
      full = false;
      let text = lines;
      if (more !== undefined) text += rest === undefined ? more : more + rest;
      built = events.fromLines(text, rawQueryString);
      if (built === undefined) {
        return '{"type":"error","message":"Error: a part of the event holds a line break","steps":0,"logs":[]}';
      }
      return returned(marked(run()));
    },

    invokeTest(now: number, json: string): string {
      start(now);
      full = true;
      built = events.fromJson(json, rawQueryString);
      return returned(marked(run()));
    },

    /**
     * The answer of a run that ended in a rejection which nobody handled, with what it spent and
     * logged.
     *
     * @param reason "text" and what a primitive reason is as text, "error" and an error's name and
     *   message, or "object"
     */
    reject(reason: "text" | "error" | "object", known: string): string {
      if (meter.steps < 0 || meter.bytes < 0) return returned((lost = overLimit()));
      const text = reason === "text" ? known : errors.lostText(known, reason === "error");
      if (meter.steps < 0 || meter.bytes < 0) return returned((lost = overLimit()));
      const message = kit.quote(`Error: unhandled promise rejection: ${text}`);
      // Of a primitive nobody asks.
      const line = reason === "text" ? "" : lineMember(errors.state.lostLine);
      return returned((lost = `{"type":"error","message":${message}${line}${tail()}`));
    },

    settle(): string {
      if (lost !== undefined) return returned(lost);
      if (status === "fulfilled") return returned(marked(answer(settled)));
      if (status === "rejected") return returned(marked(failure(settled)));
      if (meter.steps < 0 || meter.bytes < 0) return returned(marked(overLimit()));
      return returned(
        marked(
          `{"type":"error","message":"Error: the handler's promise was never settled"${tail()}`,
        ),
      );
    },

    /** Makes the next run one that repeats another. @param seed its chance's; 0 for what is drawn then */
    repeats(seed: number, marks: boolean): void {
      seedGiven = seed;
      marksHidden = marks;
    },

    /** What of what is hidden the last run has read, a line each. */
    touched: (): string => kit.outside.touched,

    /** The answer that "*" stands for. */
    take(): [string] {
      const text = long;
      long = "";
      return [text];
    },
  };
}

export type GuestInvoke = ReturnType<typeof guestInvoke>;
