/** The node's record of a stack, read and changed as one who may not be alone: each change is for the version that was read. */
import type { StackOutput, StackResource } from "../../model/stack.ts";
import { RefusedCall, type Api } from "../api/api.ts";

interface ToldResource extends Omit<StackResource, "dependsOn" | "isRetained"> {
  readonly depends_on: readonly string[];
  readonly is_retained: boolean;
}

interface ToldStack {
  readonly id: string;
  readonly etag: string;
  readonly resources: Readonly<Record<string, ToldResource>>;
  readonly outputs: Readonly<Record<string, ToldOutput>>;
}

interface ToldOutput {
  readonly value: string;
  readonly export_name?: string;
}

/** What the account's stacks say to each other. */
export interface StackList {
  /** 12 digits. */
  readonly account: string;
  readonly stacks: readonly { readonly name: string; readonly outputs: StackRecord["outputs"] }[];
}

export class StackRecord {
  readonly name: string;
  readonly #api: Api;
  #etag: string | undefined;
  #resources: Readonly<Record<string, StackResource>>;
  #outputs: Readonly<Record<string, StackOutput>>;

  private constructor(api: Api, name: string, told: ToldStack | undefined) {
    this.name = name;
    this.#api = api;
    this.#etag = told?.etag;
    this.#resources = readResources(told?.resources ?? {});
    this.#outputs = readOutputs(told?.outputs ?? {});
  }

  /** @throws RefusedCall, when the caller may not read it */
  static async read(api: Api, name: string): Promise<StackRecord> {
    try {
      const path = pathOf(name);
      const told = await api.send({ method: "GET", path, query: {}, body: "" });
      return new StackRecord(api, name, told as ToldStack);
    } catch (error) {
      if (!(error instanceof RefusedCall) || error.code !== "ENTITY_NOT_FOUND") throw error;
      return new StackRecord(api, name, undefined);
    }
  }

  /** Whether the node has one. */
  get isThere(): boolean {
    return this.#etag !== undefined;
  }

  /** By the template's names; what was replaced has a name with a point. */
  get resources(): Readonly<Record<string, StackResource>> {
    return this.#resources;
  }

  get outputs(): Readonly<Record<string, StackOutput>> {
    return this.#outputs;
  }

  /** @throws Error, when somebody else has changed it since */
  async setResources(resources: Readonly<Record<string, StackResource | null>>): Promise<void> {
    const told = Object.entries(resources).map(([logicalId, resource]) => [
      logicalId,
      resource === null ? null : tellResource(resource),
    ]);
    await this.#change({ resources: Object.fromEntries(told) });
  }

  /** @throws Error, when somebody else has changed it since */
  async setOutputs(outputs: Readonly<Record<string, StackOutput>>): Promise<void> {
    const told = Object.entries(outputs).map(([name, { value, exportName }]) => [
      name,
      { value, ...(exportName !== undefined && { export_name: exportName }) },
    ]);
    await this.#change({ outputs: Object.fromEntries(told) });
  }

  /** @throws Error, when somebody else has changed it since, or it still has resources */
  async delete(): Promise<void> {
    await this.#post(`${pathOf(this.name)}/delete`, "");
    this.#etag = undefined;
  }

  async #change(body: object): Promise<void> {
    const told = (await this.#post(pathOf(this.name), JSON.stringify(body))) as ToldStack;
    this.#etag = told.etag;
    this.#resources = readResources(told.resources);
    this.#outputs = readOutputs(told.outputs);
  }

  async #post(path: string, body: string): Promise<unknown> {
    try {
      return await this.#api.send({ method: "POST", path, query: {}, body, ifMatch: this.#etag });
    } catch (error) {
      const isOther =
        error instanceof RefusedCall &&
        ["PRECONDITION_FAILED", "VALIDATION_ERROR"].includes(error.code) &&
        /If-Match/.test(error.message);
      if (!isOther) throw error;
      throw new Error(
        `somebody else is deploying the stack "${this.name}", or has just done so: deploy again when they are done`,
        { cause: error },
      );
    }
  }
}

/** @returns all stacks of the account, and whose it is */
export async function listStacks(api: Api): Promise<StackList> {
  const path = "/footlight/v1/stacks";
  const { id, items } = (await api.send({ method: "GET", path, query: {}, body: "" })) as {
    readonly id: string;
    readonly items: readonly Pick<ToldStack, "id" | "outputs">[];
  };
  return {
    account: id,
    stacks: items.map(({ id: name, outputs }) => ({ name, outputs: readOutputs(outputs) })),
  };
}

function pathOf(name: string): string {
  return `/footlight/v1/stacks/${encodeURIComponent(name)}`;
}

function readResources(told: ToldStack["resources"]): Readonly<Record<string, StackResource>> {
  const entries = Object.entries(told).map(([logicalId, resource]) => {
    const { depends_on: dependsOn, is_retained: isRetained, ...rest } = resource;
    return [logicalId, { ...rest, dependsOn, isRetained }] as const;
  });
  return Object.fromEntries(entries);
}

function tellResource({ dependsOn, isRetained, ...rest }: StackResource): ToldResource {
  return { ...rest, depends_on: dependsOn, is_retained: isRetained };
}

function readOutputs(told: ToldStack["outputs"]): Readonly<Record<string, StackOutput>> {
  const entries = Object.entries(told).map(([name, { value, export_name: exportName }]) => [
    name,
    { value, ...(exportName !== undefined && { exportName }) },
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, StackOutput>>;
}
