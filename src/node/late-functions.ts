/**
 * A worker's functions, whose sandbox is loaded late: by a worker that has none to run yet once it serves viewers, and
 * by the first that comes, if that is sooner. It is a third of what a worker loads.
 *
 * What is said of functions before it is there waits for it, in order; so does a viewer whose request runs one.
 */
import type { FunctionCopy } from "../model/function.ts";
import type { LanedFunctions } from "../runtime/apart/edge-functions.ts";
import type {
  EdgeFunctions,
  FunctionEvent,
  Invocation,
  KeyValueContents,
  NotRun,
  RunRequest,
} from "../runtime/function-runtime.ts";
import type { State } from "../state/state.ts";

type Functions = Pick<
  LanedFunctions,
  "run" | "prepare" | "foresee" | "forgo" | "retire" | "hold" | "close"
>;

export class LateFunctions implements EdgeFunctions {
  readonly #open: () => Promise<Functions>;
  #opening: Promise<Functions> | undefined;
  #functions: Functions | undefined;

  /** @param open loads the sandbox; called once */
  constructor(open: () => Promise<Functions>) {
    this.#open = open;
  }

  /** @returns when functions run without waiting */
  async load(): Promise<void> {
    await this.#loaded();
  }

  run(
    copy: FunctionCopy,
    event: FunctionEvent,
    store: KeyValueContents | undefined,
    request: RunRequest,
  ): Invocation | Promise<Invocation | NotRun> {
    const functions = this.#functions;
    if (functions !== undefined) return functions.run(copy, event, store, request);
    return this.#loaded().then((loaded) => loaded.run(copy, event, store, request));
  }

  prepare(copy: FunctionCopy, name: string): void {
    this.#tell((functions) => functions.prepare(copy, name));
  }

  foresee(copy: FunctionCopy, name: string): void {
    this.#tell((functions) => functions.foresee(copy, name));
  }

  forgo(copy: FunctionCopy): void {
    this.#tell((functions) => functions.forgo(copy));
  }

  retire(copy: FunctionCopy): void {
    this.#tell((functions) => functions.retire(copy));
  }

  hold(key: string, offence: "ended" | "lost"): void {
    this.#tell((functions) => functions.hold(key, offence));
  }

  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  #tell(what: (functions: Functions) => void): void {
    if (this.#functions === undefined) void this.#loaded().then(what);
    else what(this.#functions);
  }

  #loaded(): Promise<Functions> {
    this.#opening ??= this.#open().then((functions) => (this.#functions = functions));
    return this.#opening;
  }
}

/** Whether a function may run as soon as viewers come. */
export function hasFunctions({ functions, resources }: State): boolean {
  return functions.size > 0 || resources.has("connection-function");
}
