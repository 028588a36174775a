/**
 * The errors' constructors as customer code has them: what they make is known as the function's
 * own, and its message stays as it was written.
 *
 * Without this an `Error("apiKey is not defined")` would be taken for V8's ReferenceError and be
 * put into njs's words. njs knows no cause, so there is none here.
 */
import type { GuestErrorText } from "./error-text.ts";
import type { GuestKit } from "./kit.ts";

export function guestOwnErrors(kit: GuestKit, errors: GuestErrorText): void {
  "use strict";
  const { construct, defineProperty, getPrototypeOf, setPrototypeOf } = kit;

  /** The innermost calls that an error remembers: ours may be in front of the function's. */
  const framesMax = 8;

  const define = (on: object, name: string, value: unknown): void => {
    defineProperty(on, name, { value, writable: true, enumerable: false, configurable: true });
  };

  const own = (name: string, length: number): void => {
    const Native = (globalThis as never)[name] as ErrorConstructor;
    // V8 reads these of Error itself, which customer code can't reach: errors remember where they were made, and
    // have a stack that tells nobody, as it would name our own files.
    kit.deleteProperty(Native, "stackTraceLimit");
    kit.deleteProperty(Native, "captureStackTrace");
    if (name === "Error") {
      kit.defineProperty(Native, "stackTraceLimit", { value: framesMax });
      kit.defineProperty(Native, "prepareStackTrace", { value: errors.noteFrames });
    }
    const wrapper = {
      [name]: function (this: unknown, ...given: unknown[]): unknown {
        kit.meter.spend(200);
        const target = new.target === undefined || new.target === wrapper ? Native : new.target;
        const parameters: unknown[] = [];
        for (let i = 0; i < given.length && i < length; i += 1) parameters[i] = given[i];
        // An iterable of errors need not end, and V8 asks it in C++.
        if (length === 2) parameters[0] = kit.counted(parameters[0]);
        const error = construct(Native, parameters as never, target as never) as object;
        errors.markOwn(error);
        return error;
      },
    }[name] as unknown as ErrorConstructor;
    defineProperty(wrapper, "prototype", {
      value: Native.prototype,
      writable: false,
      enumerable: false,
      configurable: false,
    });
    defineProperty(wrapper, "length", { value: length, configurable: true });
    setPrototypeOf(wrapper, getPrototypeOf(Native) as object);
    define(Native.prototype, "constructor", wrapper);
    define(globalThis, name, wrapper);
  };

  own("Error", 1);
  const { Error: OwnError } = globalThis;
  for (const name of [
    "TypeError",
    "RangeError",
    "ReferenceError",
    "SyntaxError",
    "URIError",
    "EvalError",
  ]) {
    own(name, 1);
    setPrototypeOf((globalThis as never)[name], OwnError);
  }
  own("AggregateError", 2);
  setPrototypeOf(AggregateError, OwnError);

  // What our own built-ins throw is in njs's words already.
  kit.Error = Error;
  kit.TypeError = TypeError;
  kit.RangeError = RangeError;
  kit.ReferenceError = ReferenceError;
  kit.SyntaxError = SyntaxError;
  kit.URIError = URIError;
}
