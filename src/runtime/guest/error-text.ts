/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Says in njs's words what V8 says in its own.
 *
 * A function may read an error's message, log it or answer with it, so the message is translated
 * where the function catches the error, not only where the run ends. The compiler puts a call of
 * `caught` into every catch clause, which is also where a run that is over its limits goes on
 * ending: no catch clause, and no finally after it, keeps it alive.
 */
import type { GuestKit } from "./kit.ts";

/** @param functionFile what V8 calls the script that is the function's */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestErrorText(kit: GuestKit, nullIsUndefined: boolean, functionFile: string) {
  "use strict";
  const endsWith = kit.uncurry(String.prototype.endsWith);
  const { regExpExec, getOwnPropertyDescriptor, defineProperty, meter, stopped } = kit;

  const define = defineProperty as (on: object, name: string, as: PropertyDescriptor) => void;
  const { Error } = kit;
  const nativeToString = kit.uncurry<unknown, [], string>(Error.prototype.toString);

  const emptyStack = getOwnPropertyDescriptor(new Error("empty"), "stack")?.get;

  /** Where in the function's source errors were made, in lines from 1 on. */
  const madeAt = new kit.WeakMap<object, number>();
  const lineIn = kit.uncurry(kit.WeakMap.prototype.get) as (
    map: WeakMap<object, number>,
    error: object,
  ) => number | undefined;
  const keepLine = kit.uncurry(kit.WeakMap.prototype.set);

  /** V8 calls it when an error's stack is read for the first time. @returns what that is: nothing */
  const noteFrames = (error: object, frames: readonly NodeJS.CallSite[]): undefined => {
    for (let i = 0; i < frames.length; i += 1) {
      const frame = frames[i] as NodeJS.CallSite;
      if (frame.getFileName() !== functionFile) continue;
      keepLine(madeAt, error, frame.getLineNumber() ?? 0);
      return;
    }
  };

  /** @returns 0 where it is not known */
  const lineOf = (error: unknown): number => {
    if (typeof error !== "object" || error === null || emptyStack === undefined) return 0;
    // Whatever stands there by now: what V8 has kept with the error does not go with its property.
    kit.apply(emptyStack, error, []);
    return lineIn(madeAt, error) ?? 0;
  };
  /** Errors that the function made, which have no stack before they are thrown. */
  const made = new kit.WeakSet<object>();
  const translated = new kit.WeakSet<object>();
  const hasSeen = kit.uncurry(kit.WeakSet.prototype.has);
  const markSeen = kit.uncurry(kit.WeakSet.prototype.add);

  const state = {
    /** Set when an error may come from the frozen built-ins; the host then runs on fresh ones. */
    tampered: false,
    /** Where the reason was made whose text was asked for last; 0 where that is not known. */
    lostLine: 0,
  };

  type Rule = [pattern: RegExp, write: (found: RegExpExecArray) => string, tamper?: boolean];

  const typeOfLiteral = (text: string): string => {
    if (text === "undefined") return "undefined";
    if (text === "true" || text === "false") return "boolean";
    if (text === "null") return "null";
    const number = kit.Number(text);
    return number === number ? "number" : kit.startsWith(text, "#<") ? "object" : "string";
  };

  const typeOfPrimitive = (text: string): string =>
    text === "null" ? "null" : typeOfLiteral(text);

  /** What njs calls an object that V8 shows as "[object Array]" or by its source. */
  const kindOf = (shown: string): string => {
    const tag = regExpExec(/^\[object (Array|Date|RegExp|String)\]$/, shown);
    if (tag !== null) return kit.toLowerCase(tag[1]);
    if (kit.startsWith(shown, "[object ")) {
      return regExpExec(/Array\]$/, shown) === null ? "object" : "typed array";
    }
    return kit.startsWith(shown, "#<") ? "object" : "function";
  };

  const zeroToHundred = "argument must be between 0 and 100";

  /** What kind of value a literal is, as V8 shows it when it is to be constructed. */
  const literalType = (source: string): string | undefined => {
    if (source === "undefined" || source === "(void 0)") return "undefined";
    if (source === "null" || source === "true" || source === "false") return typeOfLiteral(source);
    if (regExpExec(/^-?[0-9.]+(?:e[+-]?[0-9]+)?$/, source) !== null) return "number";
    return regExpExec(/^"[^"]*"$/, source) === null ? undefined : "string";
  };

  /** A computed name's value as njs shows it. What an object says of itself is not asked for. */
  const calledName = (call: string): string => {
    const name = kit.calledNames[+call];
    return typeof name === "object" && name !== null ? "[object Object]" : kit.toText(name);
  };

  /** V8 quotes the source of what was called; njs names the property, or the value's type. */
  const notAFunction = (source: string): string => {
    // What dialect/computed-names.ts puts into the brackets, as V8 shows it.
    const computed = regExpExec(/\[\(([0-9]+) , [$_]+m\.key\(\.\.\.\)\)\]$/, source);
    if (computed !== null) {
      return `(intermediate value)["${calledName(computed[1] as string)}"] is not a function`;
    }
    const member = regExpExec(/(?:\.([^.[\]()]+)|\[([^[\]]*)\])$/, source);
    if (member !== null) {
      return `(intermediate value)["${member[1] ?? member[2]}"] is not a function`;
    }
    const isValue = regExpExec(
      /^(?:undefined|null|true|false|object|symbol|(?:number |string |boolean |object )[^]*|-?[0-9.]+|#<[^]*>|"[^]*"|\[object [A-Z][^]*)$/,
      source,
    );
    if (isValue !== null) return "callback argument is not callable";
    return "undefined is not a function";
  };

  const rules: Rule[] = [
    [
      /^Cannot read properties of (undefined|null) \(reading '([^]*)'\)$/,
      (found) => {
        // njs names no symbol; and of a function V8 shows the source, with what was compiled into it.
        const isSymbol = kit.startsWith(found[2], "Symbol(");
        const isFunction = kit.indexOf(found[2] as string, "m.steps-=") >= 0;
        const name = isSymbol ? "unknown" : isFunction ? "[object Function]" : found[2];
        return `cannot get property "${name}" of ${nullIsUndefined ? "undefined" : found[1]}`;
      },
    ],
    [
      /^(?:object )?(undefined|null) is not iterable \(cannot read property Symbol\(/,
      (found) => `cannot get property "unknown" of ${nullIsUndefined ? "undefined" : found[1]}`,
    ],
    [
      /^Cannot read properties of (undefined|null)$/,
      (found) => `cannot get property "[object Object]" of ${found[1]}`,
    ],
    [
      /^Cannot set properties of (undefined|null) \(setting '[^]*'\)$/,
      (found) => `property set on primitive ${found[1]} type`,
    ],
    [/^Promise resolver /, () => "unexpected arguments"],
    [/^Method Promise\.prototype\.then called on incompatible /, () => "required a promise object"],
    [/^([^]+) is not a function$/, (found) => notAFunction(found[1] as string)],
    [
      // Buffer's own refusal reads the same in njs.
      /^(?!Buffer )([^]+) is not a constructor$/,
      (found) => {
        const literal = literalType(found[1] as string);
        if (literal !== undefined) return `${literal} is not a function`;
        const text = notAFunction(found[1] as string);
        return kit.startsWith(text, "(") ? text : "object is not a function";
      },
    ],
    [/^([^\s"]+) is not defined$/, (found) => `"${found[1]}" is not defined`],
    [
      /^Cannot access '[^]*' before initialization$/,
      () => "cannot access variable before initialization",
    ],
    [/^Assignment to constant variable\.$/, () => "assignment to constant variable"],
    [
      /^Cannot (?:assign to read only|create) property '[^]*' (?:of|on) (string|number|boolean|symbol) '[^]*'$/,
      (found) => `property set on primitive ${found[1]} type`,
    ],
    [
      /^Cannot assign to read only property '([^]*)' of (?:object|function) '([^]*)'$/,
      (found) =>
        `Cannot assign to read-only property "${found[1]}" of ${kindOf(found[2] as string)}`,
      true,
    ],
    [
      /^Cannot delete property '([^]*)' of ([^]*)$/,
      (found) => `Cannot delete property "${found[1]}" of ${kindOf(found[2] as string)}`,
      true,
    ],
    [
      /^Cannot (?:add|define) property ([^"]*), object is not extensible$/,
      (found) => `Cannot add property "${found[1]}", object is not extensible`,
      true,
    ],
    [
      /^Cannot redefine property: ([^"]*)$/,
      (found) => `Cannot redefine property: "${found[1]}"`,
      true,
    ],
    [
      /^(?:#<[^]*>|\[object [^]*\]) is not extensible$/,
      () => 'Cannot set property "prototype", object is not extensible',
      true,
    ],
    [
      /^Immutable prototype object /,
      () => 'Cannot set property "prototype", object is not extensible',
      true,
    ],
    [
      /^Cannot set property ([^"]*) of [^]* which has only a getter$/,
      (found) => `Cannot set property "${found[1]}" of object which has only a getter`,
    ],
    [
      /^Cannot use 'in' operator to search for '[^]*' in ([^]*)$/,
      (found) => `property "in" on primitive ${typeOfPrimitive(found[1] as string)} type`,
    ],
    [/^Bind must be called on a function$/, () => '"this" argument is not a function'],
    [/^Function\.prototype\.apply was called on /, () => '"this" argument is not a function'],
    [/^Right-hand side of 'instanceof' is not /, () => "right argument is not callable"],
    [/^Reduce of empty array /, () => "Reduce of empty object with no initial value"],
    [/^The comparison function must be /, () => "comparefn must be callable or undefined"],
    [/^to(?:Fixed|Exponential)\(\) (?:digits )?argument /, () => `digits ${zeroToHundred}`],
    [/^toPrecision\(\) argument /, () => "precision argument must be between 1 and 100"],
    [/^toString\(\) radix /, () => ""],
    [
      /^CreateListFromArrayLike called on non-object$/,
      () => "second argument is not an array-like object",
    ],
    [
      /^Class constructor ([A-Za-z]+) cannot be invoked without 'new'$/,
      (found) => `Constructor of ${found[1]} requires 'new'`,
    ],
    [
      /^Constructor [A-Za-z0-9]+Array requires 'new'$/,
      () => "Constructor of TypedArray requires 'new'",
    ],
    [
      /^start offset of [A-Za-z0-9]+ should be a multiple of ([0-9])$/,
      (found) => `start offset must be multiple of ${found[1]}`,
    ],
    [
      /^byte length of [A-Za-z0-9]+ should be a multiple of ([0-9])$/,
      (found) => `byteLength of buffer must be multiple of ${found[1]}`,
    ],
    [
      /^Start offset ([0-9]+) is outside the bounds of the buffer$/,
      (found) => `byteOffset ${found[1]} is outside the bound of the buffer`,
    ],
    [/^offset is out of bounds$/, () => "source is too large"],
    [/^Invalid array buffer length$/, () => "invalid index"],
    [/^Invalid count value: /, () => ""],
    [/^Invalid code point /, () => ""],
    [/^Invalid typed array length: /, () => "invalid index"],
    [/^First argument to DataView constructor /, () => "buffer is not an ArrayBuffer"],
    [
      /^Invalid flags supplied to RegExp constructor '([^]*)'$/,
      (found) => `Invalid RegExp flags "${found[1]}"`,
    ],
    [
      /^Invalid regular expression: \/([^]*)\/[a-z]*: ([^]*)$/,
      (found) => {
        const why = found[2] === "Unterminated group" ? "missing closing parenthesis" : found[2];
        return `pcre_compile2("${found[1]}") failed: ${why} at ""`;
      },
    ],
    [
      /^Object prototype may only be an Object or null: ([^]*)$/,
      (found) => `prototype may only be an object or null: ${typeOfLiteral(found[1] as string)}`,
    ],
    [
      /^(Object\.define[A-Za-z]+) called on non-object$/,
      (found) => `${found[1]} is called on non-object`,
    ],
    [/^Property description must be an object: /, () => "descriptor is not an object"],
    [/^(Getter|Setter) must be a function: /, (found) => `${found[1]} must be a function`],
    [/^Invalid property descriptor\. (Cannot both [^,]*)/, (found) => found[1] as string],
    [
      /^Cannot convert undefined or null to object$/,
      () => "cannot convert null or undefined to object",
    ],
    [
      /^String\.prototype\.[A-Za-z]+ called on null or undefined$/,
      () => "cannot convert undefined to object",
    ],
    [
      /^Array\.prototype\.[A-Za-z]+ called on null or undefined$/,
      () => "cannot convert null or undefined to object",
    ],
    [
      /^Promise constructor cannot be invoked without 'new'$/,
      () => "the Promise constructor must be called with new",
    ],
    [
      /^'caller', 'callee', and 'arguments' properties /,
      () => '"caller", "callee", "arguments" properties may not be accessed',
    ],
    [/^URI malformed$/, () => "malformed URI"],
  ];

  const translate = (message: string): string => {
    // How deep calls can go differs with what V8 has compiled by then.
    if (message === "Maximum call stack size exceeded") kit.outside.wasRead = true;
    // V8's own are short; the customer's may be made to keep an expression busy.
    if (message.length > 4096) return message;
    for (let i = 0; i < rules.length; i += 1) {
      const rule = rules[i] as Rule;
      const found = regExpExec(rule[0], message);
      if (found !== null) {
        if (rule[2] === true) state.tampered = true;
        return rule[1](found);
      }
    }
    return message;
  };

  /** Puts njs's words into an error that the engine threw. Getters are left alone. */
  const translateError = (error: unknown): void => {
    if (typeof error !== "object" || error === null) return;
    // An error that is thrown on must not be taken for V8's again.
    if (hasSeen(translated, error)) return;
    const own = getOwnPropertyDescriptor(error, "message");
    if (own === undefined || typeof own.value !== "string" || own.configurable !== true) return;
    // To say what was no function, V8 reads the source again, a millisecond for a long one.
    meter.spend(5000);
    const message = translate(own.value);
    markSeen(translated, error);
    if (message !== own.value) {
      defineProperty(error, "message", {
        value: message,
        writable: true,
        enumerable: false,
        configurable: true,
      });
    }
  };

  /**
   * Where an error was thrown is not known here, as V8's traces would name our own files: the stack
   * has one frame. njs too gives an error its stack when it is thrown, and not when it is made.
   */
  const addStack = (error: unknown): void => {
    if (typeof error !== "object" || error === null || !(error instanceof Error)) return;
    const own = getOwnPropertyDescriptor(error, "stack");
    // V8's own property stays empty; one that the function set is the function's.
    if (own === undefined ? !hasSeen(made, error) : own.get !== emptyStack) return;
    let text: string;
    try {
      text = nativeToString(error);
    } catch (thrown) {
      if (thrown === stopped) throw thrown;
      return;
    }
    meter.allocate(text.length);
    define(error, "stack", {
      value: `${text}\n    at handler`,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  };

  const caught = (error: unknown): unknown => {
    if (error === stopped || meter.steps < 0 || meter.bytes < 0) throw stopped;
    translateError(error);
    addStack(error);
    return error;
  };

  /** The text of whatever was thrown, as njs prints it, without a stack. */
  const errorText = (error: unknown): string => {
    try {
      translateError(error);
      const text = kit.toText(error);
      return kit.asText(text.length > 4096 ? kit.slice(text, 0, 4096) : text);
    } catch {
      kit.outside.wasRead = true;
      return "Error";
    }
  };

  /** Notes that an error is the function's own, or one of ours, and is not to be translated. */
  const markOwn = (error: object): void => {
    markSeen(translated, error);
    markSeen(made, error);
    kit.deleteProperty(error, "stack");
    const message = getOwnPropertyDescriptor(error, "message");
    if (message !== undefined) kit.ownMessages[kit.ownMessages.length] = message.value;
  };

  /** Translates "TypeError: …" as a whole, which is all that is known of an error of V8's. */
  const sayAsNjs = (text: string): string => {
    const colon = kit.indexOf(text, ": ");
    if (colon < 0) return text;
    const message = kit.slice(text, colon + 2);
    for (let i = 0; i < kit.ownMessages.length; i += 1) {
      if (kit.ownMessages[i] === message) return text;
    }
    return `${kit.slice(text, 0, colon + 2)}${translate(message)}`;
  };

  const lostReason = (reason: unknown): string => {
    state.lostLine = lineOf(reason);
    return errorText(reason);
  };

  /**
   * The text of a rejection that nobody handled, which is that of its reason.
   *
   * @param isError whether the reason is known to be an error, with this text; else it is an object
   *   that is none
   */
  const lostText = (text: string, isError: boolean): string => {
    const { reasons } = kit;
    state.lostLine = 0;
    for (let i = reasons.length - 1; i >= 0; i -= 1) {
      const reason = reasons[i];
      if (typeof reason === "symbol" && !isError) return kit.toText(reason);
      if ((typeof reason !== "object" && typeof reason !== "function") || reason === null) continue;
      const own = getOwnPropertyDescriptor(reason, "message");
      if (!isError && own === undefined && !(reason instanceof Error)) return lostReason(reason);
      const message = own === undefined ? undefined : (own.value as unknown);
      if (isError && typeof message === "string" && endsWith(text, message)) {
        return lostReason(reason);
      }
    }
    return isError ? sayAsNjs(text) : "[object Object]";
  };

  return { state, caught, errorText, lineOf, noteFrames, markOwn, lostText };
}

export type GuestErrorText = ReturnType<typeof guestErrorText>;
