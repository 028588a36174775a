/** Callers of both control nodes, each with one call at a time, who note what they did and were told. */
import { setTimeout } from "node:timers/promises";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  type CloudFrontClient,
} from "@aws-sdk/client-cloudfront";
import { functionConfig, pageOf } from "../../support/live-function.ts";
import type { Call, Seen } from "./history.ts";
import type { Draft, Resource } from "./resources.ts";
import type { NodeVictim } from "./scene.ts";

/** What may be there at the end, of what was made and deleted. */
export type Presence = "present" | "absent" | "either";

/** How long a caller waits whom nobody could help. */
const pauseMs = 100;

export class Clients {
  /** What control nodes showed as drafts or acknowledged, by resource. */
  readonly shown = new Map<Resource, Seen[]>();
  readonly presences = new Map<string, Presence>();
  /** Answers that nobody should get, a sentence each. */
  readonly surprises: string[] = [];
  readonly counts = { done: 0, refused: 0, unknown: 0 };
  readonly #controls: readonly NodeVictim[];
  readonly #resources: readonly Resource[];
  #texts = 0;

  constructor(controls: readonly NodeVictim[], resources: readonly Resource[]) {
    this.#controls = controls;
    this.#resources = resources;
    for (const resource of resources) this.shown.set(resource, []);
  }

  /** One caller, until `enough` changes of all callers were acknowledged, or it is told to stop. */
  async run(random: () => number, enough: number, signal: AbortSignal): Promise<void> {
    const draw = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)]!;
    while (this.counts.done < enough && !signal.aborted) {
      if (random() < 0.2) await this.#createAndDelete(() => draw(this.#controls));
      else await this.#change(draw(this.#resources), () => draw(this.#controls), random() < 0.7);
    }
  }

  /** Asks a control node for the drafts of all, once nothing is changed any more. */
  async readAll({ client }: NodeVictim): Promise<void> {
    for (const { history, read } of this.#resources) {
      const from = performance.now();
      const { text } = await read(client);
      history.calls.push({ kind: "read", text, outcome: "done", from, to: performance.now() });
    }
  }

  /** Reads at one node, updates and publishes at others. */
  async #change(
    resource: Resource,
    drawControl: () => NodeVictim,
    isToBePublished: boolean,
  ): Promise<void> {
    const draft = await this.#read(resource, drawControl());
    if (draft === undefined) return;
    const { history, update, publish } = resource;
    this.#texts += 1;
    const text = `${history.name}_${this.#texts}`;
    const control = drawControl();
    const { life } = control;
    const updated = { kind: "update", expected: draft.text, text } as const;
    const etag = await this.#note(history.calls, updated, () =>
      update(control.client, draft.etag, text),
    );
    if (etag === undefined) return;
    const { from, to } = history.calls.at(-1)!;
    this.#show(resource, { edge: control.name, life, text, from, to });
    if (publish === undefined || !isToBePublished) return;
    const { client } = drawControl();
    const published = { kind: "publish", expected: text } as const;
    await this.#note(history.calls, published, () => publish(client, etag));
  }

  async #read(resource: Resource, { name, life, client }: NodeVictim): Promise<Draft | undefined> {
    const from = performance.now();
    try {
      const draft = await resource.read(client);
      const to = performance.now();
      this.#show(resource, { edge: name, life, text: draft.text, from, to });
      return draft;
    } catch (error) {
      if (!isSilence(error)) this.#surprise(`reading ${resource.history.name} at ${name}`, error);
      await setTimeout(pauseMs);
      return undefined;
    }
  }

  /** @returns what the call answered; undefined where it was refused, or nobody knows */
  async #note<T>(
    calls: Call[],
    call: Pick<Call, "kind" | "expected" | "text">,
    act: () => Promise<T>,
  ): Promise<T | undefined> {
    const from = performance.now();
    try {
      const answer = await act();
      calls.push({ ...call, outcome: "done", from, to: performance.now() });
      this.counts.done += 1;
      return answer;
    } catch (error) {
      if ((error as Error).name === "PreconditionFailed") {
        calls.push({ ...call, outcome: "refused", from, to: performance.now() });
        this.counts.refused += 1;
        return undefined;
      }
      if (!isSilence(error)) this.#surprise(`${call.kind} of ${call.expected}`, error);
      calls.push({ ...call, outcome: "unknown", from, to: Infinity });
      this.counts.unknown += 1;
      await setTimeout(pauseMs);
      return undefined;
    }
  }

  async #createAndDelete(drawControl: () => NodeVictim): Promise<void> {
    this.#texts += 1;
    const name = `brief-${this.#texts}`;
    this.presences.set(name, "either");
    const etag = await this.#attempt(`creating ${name}`, drawControl().client, async (client) => {
      const code = { FunctionConfig: functionConfig, FunctionCode: Buffer.from(pageOf(name)) };
      return (await client.send(new CreateFunctionCommand({ Name: name, ...code }))).ETag;
    });
    if (etag === undefined) return;
    this.presences.set(name, "present");
    if (this.#texts % 3 === 0) return;
    this.presences.set(name, "either");
    const deleted = await this.#attempt(
      `deleting ${name}`,
      drawControl().client,
      async (client) => {
        await client.send(new DeleteFunctionCommand({ Name: name, IfMatch: etag }));
        return true;
      },
    );
    if (deleted) this.presences.set(name, "absent");
  }

  async #attempt<T>(
    what: string,
    client: CloudFrontClient,
    act: (client: CloudFrontClient) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      const answer = await act(client);
      this.counts.done += 1;
      return answer;
    } catch (error) {
      if (!isSilence(error)) this.#surprise(what, error);
      this.counts.unknown += 1;
      await setTimeout(pauseMs);
      return undefined;
    }
  }

  #show(resource: Resource, seen: Omit<Seen, "until">): void {
    this.shown.get(resource)!.push({ ...seen, until: seen.to });
  }

  #surprise(what: string, error: unknown): void {
    this.surprises.push(`${what}: ${String(error)}`);
  }
}

/** Whether nobody answered, or it was said that it cannot be done now. */
function isSilence(error: unknown): boolean {
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  if ($metadata?.httpStatusCode === undefined) return true;
  return name === "ServiceUnavailable" || name === "InsufficientStorage";
}
