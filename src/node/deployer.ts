/**
 * Brings what a worker serves by up to the state that it is told of.
 *
 * A large change is worked out in slices between requests, which are served by what was before.
 * States that come meanwhile wait, and only the newest of them is worked out.
 */
import type { Deployment } from "../edge/deployment/deployment.ts";
import { deploy, deploySteps } from "../edge/deployment/deployment.ts";
import { collectYoung } from "./collect-young.ts";
import type { State } from "../state/state.ts";

/** A change that takes no longer is served by at once, in milliseconds; a step that is under way is finished. */
const firstSliceMs = 2;

/**
 * How long requests may wait for each further slice. One that is fetched from an origin takes several turns of the event
 * loop, and waits for a slice in each.
 */
const sliceMs = 0.5;

/** How many slices are made between two collections of what they have made. */
const slicesToCollect = 10;

export class Deployer {
  readonly #whenServing: (now: Deployment, before: Deployment) => void;
  readonly #uptimeMs: () => number;
  #deployment: Deployment;
  #newest: State;
  #isWorking = false;
  #slices = 0;

  /**
   * @param whenServing called when requests that begin now are served by another deployment, with
   *   the one before
   * @param uptimeMs a clock that never goes back
   */
  constructor(
    initial: State,
    whenServing: (now: Deployment, before: Deployment) => void,
    uptimeMs: () => number = () => performance.now(),
  ) {
    this.#newest = initial;
    this.#deployment = deploy(initial);
    this.#whenServing = whenServing;
    this.#uptimeMs = uptimeMs;
  }

  /** What requests that begin now are served by. */
  get deployment(): Deployment {
    return this.#deployment;
  }

  /** Small changes are served by when this returns. */
  advance(state: State): void {
    this.#newest = state;
    if (!this.#isWorking) this.#work();
  }

  #work(): void {
    this.#isWorking = true;
    while (this.#newest !== this.#deployment.state) {
      const state = this.#newest;
      const steps = deploySteps(state, this.#deployment);
      if (!this.#slice(steps, firstSliceMs)) return;
    }
    this.#isWorking = false;
  }

  /** @returns false when it goes on later */
  #slice(steps: Generator<void, Deployment>, forMs: number): boolean {
    const until = this.#uptimeMs() + forMs;
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        const before = this.#deployment;
        this.#deployment = step.value;
        this.#whenServing(step.value, before);
        return true;
      }
      if (this.#uptimeMs() >= until) break;
    }
    setImmediate(() => {
      this.#slices += 1;
      if (this.#slices % slicesToCollect === 0) collectYoung();
      if (this.#slice(steps, sliceMs)) this.#work();
    });
    return false;
  }
}
