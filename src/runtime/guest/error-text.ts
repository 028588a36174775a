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

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestErrorText(kit: GuestKit) {
  "use strict";
  const { regExpExec, getOwnPropertyDescriptor, defineProperty, meter, stopped } = kit;

  /** Set when an error may come from the frozen built-ins; the host then runs on fresh ones. */
  const state = { tampered: false };

  type Rule = [pattern: RegExp, write: (found: RegExpExecArray) => string, tamper?: boolean];

  const rules: Rule[] = [
    [
      /^Cannot read properties of (undefined|null) \(reading '([^]*)'\)$/,
      (found) => `cannot get property "${found[2]}" of ${found[1]}`,
    ],
    [
      /^Cannot set properties of (undefined|null) \(setting '[^]*'\)$/,
      (found) => `property set on primitive ${found[1]} type`,
    ],
    [/^([^\s]+) is not defined$/, (found) => `"${found[1]}" is not defined`],
    [
      /^Cannot access '[^]*' before initialization$/,
      () => "cannot access variable before initialization",
    ],
    [/^Assignment to constant variable\.$/, () => "assignment to constant variable"],
    [
      /^Cannot assign to read only property '([^]*)' of (?:object|function) '[^]*'$/,
      (found) => `Cannot assign to read-only property "${found[1]}" of object`,
      true,
    ],
    [
      /^Cannot delete property '([^]*)' of [^]*$/,
      (found) => `Cannot delete property "${found[1]}" of object`,
      true,
    ],
    [
      /^Cannot (?:add|define) property ([^]*), object is not extensible$/,
      (found) => `Cannot add property "${found[1]}", object is not extensible`,
      true,
    ],
    [
      /^Cannot redefine property: ([^]*)$/,
      (found) => `Cannot redefine property: "${found[1]}"`,
      true,
    ],
    [
      / is not extensible$/,
      () => 'Cannot set property "prototype", object is not extensible',
      true,
    ],
    [
      /^Immutable prototype object /,
      () => 'Cannot set property "prototype", object is not extensible',
      true,
    ],
    [/^URI malformed$/, () => "malformed URI"],
  ];

  const translate = (message: string): string => {
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
    const own = getOwnPropertyDescriptor(error, "message");
    if (own === undefined || typeof own.value !== "string" || own.configurable !== true) return;
    const message = translate(own.value);
    if (message !== own.value) {
      defineProperty(error, "message", {
        value: message,
        writable: true,
        enumerable: false,
        configurable: true,
      });
    }
  };

  const caught = (error: unknown): unknown => {
    if (error === stopped || meter.steps < 0 || meter.bytes < 0) throw stopped;
    translateError(error);
    return error;
  };

  /** The text of whatever was thrown, as njs prints it, without a stack. */
  const errorText = (error: unknown): string => {
    try {
      translateError(error);
      const text = kit.toText(error);
      return text.length > 4096 ? kit.slice(text, 0, 4096) : text;
    } catch {
      return "Error";
    }
  };

  return { state, caught, errorText };
}

export type GuestErrorText = ReturnType<typeof guestErrorText>;
