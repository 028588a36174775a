/**
 * What copies that nobody runs yet compile to: what DEVELOPMENT holds is what is published next, and a publish
 * is to wait for nothing that could be done before.
 *
 * Compiling reads a source and runs none of it. What it came to is used for a copy of the very same text, runtime and kind
 * alone; the published copy is another object than the one that was foreseen.
 */
import type { FunctionCopy } from "../model/function.ts";
import { compileSteps, type Compilation } from "./dialect/compile-function.ts";
import type { Counts } from "./dialect/instrument.ts";
import { runtimeOf, type RuntimeName } from "./runtime-name.ts";

/** How many are kept: an account's functions may be saved one after the other, and then published. */
const copiesMax = 8;

/** How long they are kept after the last of them came, in milliseconds. */
const keptMs = 10 * 60_000;

/** A copy that is compiled, or is being. */
class Foreseen {
  readonly copy: FunctionCopy;
  readonly #steps: Generator<void, Compilation>;
  /** Undefined before all steps are taken. */
  compilation: Compilation | undefined;

  constructor(copy: FunctionCopy, counts: Counts | undefined) {
    this.copy = copy;
    const { code, kind = "viewer" } = copy;
    const source = Buffer.from(code, "base64").toString("utf8");
    this.#steps = compileSteps(source, runtimeOf(copy), { kind, counts });
  }

  step(): void {
    const { done, value } = this.#steps.next();
    if (done === true) this.compilation = value;
  }

  finish(): Compilation {
    for (;;) {
      if (this.compilation !== undefined) return this.compilation;
      this.step();
    }
  }
}

export class ForeseenCopies {
  readonly #counts: Counts | undefined;
  /** Oldest first. */
  #foreseen: readonly Foreseen[] = [];
  readonly #onForgotten: () => void;
  #forgetting: NodeJS.Timeout | undefined;

  /**
   * @param counts what is counted beside steps, if anything is
   * @param onForgotten called when all are let go of, because they were kept for long
   */
  constructor(counts: Counts | undefined, onForgotten: () => void) {
    this.#counts = counts;
    this.#onForgotten = onForgotten;
  }

  get size(): number {
    return this.#foreseen.length;
  }

  /**
   * Compiles a copy step by step, in the place of the oldest; who takes it meanwhile takes the rest of the steps at once.
   *
   * @throws what compiling throws, which would be a fault of ours; nothing is kept then
   */
  *add(copy: FunctionCopy): Generator<void, void> {
    const foreseen = this.#find(copy) ?? new Foreseen(copy, this.#counts);
    this.#foreseen = [...this.#without(copy), foreseen].slice(-copiesMax);
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => {
      this.clear();
      this.#onForgotten();
    }, keptMs).unref();
    while (foreseen.compilation === undefined) {
      try {
        foreseen.step();
      } catch (error) {
        this.forget(copy);
        throw error;
      }
      if (foreseen.compilation === undefined) yield;
      if (!this.#foreseen.includes(foreseen)) return;
    }
  }

  /** @returns what a copy compiles to, known before or worked out now; it is kept no longer */
  take(copy: FunctionCopy): Compilation {
    const foreseen = this.#find(copy) ?? new Foreseen(copy, this.#counts);
    this.forget(copy);
    return foreseen.finish();
  }

  /** @returns the script of the copy of a runtime that came last; undefined where none is compiled, or would run */
  scriptFor(runtime: RuntimeName): string | undefined {
    const last = this.#foreseen.findLast(({ copy }) => runtimeOf(copy) === runtime);
    return last?.compilation?.type === "compiled" ? last.compilation.script : undefined;
  }

  forget(copy: FunctionCopy): void {
    this.#foreseen = this.#without(copy);
  }

  clear(): void {
    this.#foreseen = [];
    clearTimeout(this.#forgetting);
  }

  #find(copy: FunctionCopy): Foreseen | undefined {
    return this.#foreseen.find((one) => isSame(one.copy, copy));
  }

  #without(copy: FunctionCopy): readonly Foreseen[] {
    return this.#foreseen.filter((one) => !isSame(one.copy, copy));
  }
}

/** Whether they compile to the same. */
function isSame(one: FunctionCopy, other: FunctionCopy): boolean {
  return one.code === other.code && runtimeOf(one) === runtimeOf(other) && one.kind === other.kind;
}
