/** The model's world: an origin, two edges that share a store, viewers, a clock, and what is known of it all. */
import { setImmediate } from "node:timers/promises";
import { OrderedMap } from "immutable";
import type { State } from "../../../src/state/state.ts";
import { startScene, stateOf, type Scene } from "../../edge/viewer-scene.ts";
import { ModelOrigin, type Plan, type World } from "./origin.ts";
import { behaviorOf, policies, withPolicies, type ModelPolicy } from "./policies.ts";
import type { ModelStores } from "./stores.ts";
import type { Step } from "./steps.ts";
import { ModelViewer, type ModelRequest } from "./viewer.ts";
import { check, modelErrorTtls, type Answered, type Invalidation } from "./what-may-be-answered.ts";

interface Place {
  readonly scene: Scene;
  readonly end: () => Promise<void>;
}

export class ModelWorld implements World {
  now = Date.parse("2026-01-02T03:04:05.000Z");
  policy: ModelPolicy;
  /** How often was answered in which way. */
  readonly answered = new Map<Answered, number>();
  readonly #stores: ModelStores;
  readonly #origin: ModelOrigin;
  readonly #invalidations: Invalidation[] = [];
  readonly #visiting = new Map<ModelViewer, Promise<void>>();
  readonly #endings: (() => void)[] = [];
  #places: Place[] = [];
  #originPort = 0;
  #state: State;
  readonly #history: string[] = [];
  #counted = 0;
  #wrong: unknown;

  constructor(stores: ModelStores) {
    this.#stores = stores;
    this.policy = policies[0] as ModelPolicy;
    this.#origin = new ModelOrigin(this, {} as Plan);
    this.#state = stateOf(0);
  }

  count(what: string): number {
    this.#counted += 1;
    this.#history.push(`${this.#counted} at ${(this.now / 1000) % 10_000} s: ${what}`);
    return this.#counted;
  }

  async start(): Promise<void> {
    this.#originPort = await this.#origin.listen({
      after: (end) => this.#endings.push(end as () => void),
    });
    this.#state = this.#stateFor(this.policy);
    this.#places = [await this.#startPlace(), await this.#startPlace()];
  }

  async end(): Promise<void> {
    for (const viewer of this.#visiting.keys()) viewer.leave();
    while (this.#origin.holds) this.#origin.release();
    for (const { end } of this.#places) await end();
    for (const end of this.#endings) end();
    await this.#stores.close();
  }

  /** @throws what was wrong with an answer */
  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "ask":
        this.#origin.plan = step.plan;
        for (let index = 0; index < step.viewers; index += 1) this.#ask(step.edge, step.request);
        await this.#quiet();
        break;
      case "release":
        this.#origin.release();
        await this.#quiet();
        break;
      case "leave":
        [...this.#visiting.keys()][step.who]?.leave();
        await this.#quiet();
        break;
      case "wait":
        await this.#quiet();
        this.now += step.seconds * 1000;
        this.count(`${step.seconds} s passed`);
        break;
      case "change":
        this.#origin.change(step.path);
        break;
      case "invalidate":
        this.#invalidate(step.what);
        break;
      case "policy":
        await this.drain();
        this.#useState(this.#stateFor(policies[step.index] as ModelPolicy));
        break;
      case "restart":
        await this.drain();
        await this.#places[step.edge]?.end();
        this.#places[step.edge] = await this.#startPlace();
        break;
      case "reopen":
        await this.drain();
        for (const { end } of this.#places) await end();
        await this.#stores.reopen();
        this.#places = [await this.#startPlace(), await this.#startPlace()];
        break;
    }
    if (this.#wrong !== undefined) throw this.#wrong;
  }

  /** Waits until nothing is on its way. */
  async drain(): Promise<void> {
    while (this.#visiting.size > 0 || this.#origin.holds) {
      while (this.#origin.holds) this.#origin.release();
      await Promise.race([Promise.all(this.#visiting.values()), this.#origin.whenHeld()]);
    }
    await this.#quiet();
    if (this.#wrong !== undefined) throw this.#wrong;
  }

  /** Waits until nothing happens any more, or until it takes what the origin holds back. */
  async #quiet(): Promise<void> {
    while (this.#visiting.size > 0 && !this.#origin.holds) {
      await Promise.race([Promise.all(this.#visiting.values()), this.#origin.whenHeld()]);
    }
    if (this.#origin.holds) {
      for (let turn = 0; turn < 10; turn += 1) await setImmediate();
      return;
    }
    while (this.#places.some(({ scene }) => (scene.edge.cache?.flights.size ?? 0) > 0)) {
      if (this.#origin.holds) return;
      await setImmediate();
    }
    this.#origin.settle();
  }

  /** What happened, the latest last. */
  get history(): string {
    return this.#history.slice(-60).join("\n");
  }

  #ask(edge: number, request: ModelRequest): void {
    const { port } = (this.#places[edge] as Place).scene;
    const beganAt = this.count(`edge ${edge} is asked ${summaryOf(request)}`);
    const asked = { request, policy: this.policy, beganAt, beganAtMs: this.now };
    const viewer = new ModelViewer(port, request);
    const over = viewer.reply.then((reply) => {
      this.#visiting.delete(viewer);
      const number = reply?.headers.get("x-number");
      const cut = reply?.isComplete === false ? ", cut" : "";
      this.count(
        `${beganAt} gets ${reply?.status} (answer ${number})${cut} ${reply?.headers.get("x-cache")}`,
      );
      if (reply === undefined) return;
      try {
        const exchange = { ...asked, reply, endedAtMs: this.now };
        const { sent } = this.#origin;
        const past = { sent, invalidations: this.#invalidations, errorTtls: modelErrorTtls };
        const kind = check(exchange, past);
        this.answered.set(kind, (this.answered.get(kind) ?? 0) + 1);
      } catch (error) {
        this.#wrong ??= error;
      }
    });
    this.#visiting.set(viewer, over);
  }

  #invalidate(what: string): void {
    const revision = this.#state.revision + 1;
    const id = `I${revision}`;
    const made = { id, callerReference: id, paths: [what], createTime: "", revision };
    const before = this.#state.invalidations.get("E1") ?? OrderedMap();
    const invalidations = this.#state.invalidations.set("E1", before.set(id, made));
    this.#useState({ ...this.#state, revision, invalidations });
    this.#invalidations.push({ at: this.count(`${what} is invalidated`), what });
  }

  #stateFor(policy: ModelPolicy): State {
    this.policy = policy;
    this.count(`policy ${policy.id}`);
    const { revision, invalidations } = this.#state;
    const config = {
      CacheTagConfig: { HeaderName: "X-Tags" },
      CustomErrorResponses: {
        Quantity: modelErrorTtls.size,
        Items: [...modelErrorTtls].map(([ErrorCode, ErrorCachingMinTTL]) => ({
          ErrorCode,
          ErrorCachingMinTTL,
        })),
      },
    };
    const made = stateOf(this.#originPort, { behavior: behaviorOf(policy), config });
    return { ...withPolicies(made), revision: revision + 1, invalidations };
  }

  #useState(state: State): void {
    this.#state = state;
    for (const { scene } of this.#places) scene.setState(() => state);
  }

  async #startPlace(): Promise<Place> {
    const endings: (() => unknown)[] = [];
    const scene = await startScene(
      { after: (end) => void endings.push(end as () => unknown) },
      {
        originPort: this.#originPort,
        cacheStore: this.#stores.forEdge(),
        now: () => new Date(this.now),
      },
    );
    scene.setState(() => this.#state);
    const end = async () => {
      for (const each of endings) await each();
    };
    return { scene, end };
  }
}

function summaryOf({ conditions, ...request }: ModelRequest): string {
  return [...Object.values(request), ...conditions].filter((text) => text !== "").join(" ");
}
