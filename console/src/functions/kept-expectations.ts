/** The differences that are expected of a function's next version, by their shapes, as this browser keeps them. */
import { recallKept } from "../base/kept.ts";
import { keepOrTell } from "../parts/keep-or-tell.ts";

function placeOf(name: string): string {
  return `footlight.expected.${name}`;
}

export function recallExpected(name: string): ReadonlySet<string> {
  return new Set(recallKept("local", placeOf(name), areShapes));
}

export function keepExpected(name: string, shapes: ReadonlySet<string>): void {
  keepOrTell("local", placeOf(name), [...shapes]);
}

function areShapes(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((shape) => typeof shape === "string");
}
