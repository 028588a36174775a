/**
 * The node that `footlight dev` runs, in memory and in a temporary folder that goes with it.
 *
 * What stands for origins is told to a node when it starts, so another table of them takes another node, at the same ports. Viewers are let
 * in when what they ask for is there.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { authorityFolder } from "../../certificates/local-authority.ts";
import { makeLocalAuthorityApart } from "../../certificates/local-authority-apart.ts";
import { isPortFree } from "../../node/free-port.ts";
import type { NodeOptions } from "../../node/options.ts";
import type { RunningNode } from "../../node/start-node.ts";

export interface DevPorts {
  /** Undefined for the usual one, or the next that is free. */
  readonly api: number | undefined;
  readonly edge: number | undefined;
}

export interface DevNodeInput {
  readonly ports: DevPorts;
  /** The data folder whose local authority signs for HTTPS; undefined for HTTP alone. */
  readonly authority: string | undefined;
  /** Options that are not the class's own. */
  readonly options: Partial<NodeOptions>;
}

export const usualPorts = { api: 4580, edge: 8080, https: 8443 } as const;
const host = "127.0.0.1";
/** A person thinks between two saves, and the next is not to wait until a process has started that checks it. */
const testerIdleMs = 3_600_000;
/** How many ports above a taken one are tried. */
const triesMax = 50;

export class DevNode {
  readonly #folder = mkdtempSync(join(tmpdir(), "footlight-dev-"));
  readonly #input: DevNodeInput;
  #node: RunningNode | undefined;
  /** Where the last one was, whether it still is or not. */
  #at: Pick<RunningNode, "api" | "edge" | "edgeHttps"> | undefined;
  #table: string | undefined;
  #starts = 0;

  constructor(input: DevNodeInput) {
    this.#input = input;
  }

  /** Base URL of the control plane. */
  get api(): string {
    return this.#at!.api!;
  }

  get edge(): string {
    return this.#at!.edge!;
  }

  /** Undefined without HTTPS. */
  get edgeHttps(): string | undefined {
    return this.#at!.edgeHttps;
  }

  /** What becomes of viewers where a save can't be served, for who reads of it: a node that was to take another's place may find a port taken. */
  get standing(): string {
    return this.#node === undefined
      ? "Nothing is served until it can be: the next save tries again"
      : "What served before goes on";
  }

  /** Whether a node runs by this table already. */
  runsWith(originSources: string): boolean {
    return this.#node !== undefined && this.#table === originSources;
  }

  /**
   * Has a node run by this table of what stands for origins.
   *
   * @param originSources as `--origin-sources` has it
   * @param prepare makes of another node what viewers are to get, by its API, before they are let in
   * @returns whether it is another node than before
   * @throws Error, when a port that was asked for is taken
   */
  async runWith(originSources: string, prepare: (api: string) => Promise<void>): Promise<boolean> {
    if (this.runsWith(originSources)) return false;
    const ports = await this.#portsFor();
    await this.#node?.close();
    this.#node = undefined;
    this.#starts += 1;
    const data = join(this.#folder, String(this.#starts));
    const { authority, options } = this.#input;
    const { startNode } = await import("../../node/start-node.ts");
    const whole = {
      ...{ log: "memory:", data, workers: 1, drainMs: 500, ...options },
      ...{ ...ports, originSources },
    };
    if (authority !== undefined) await bringAuthority(authority, whole.data);
    this.#node = await startNode(whole, {
      ...{ control: true, edge: true, testerIdleMs },
      beforeViewers: prepare,
    });
    this.#at = this.#node;
    this.#table = originSources;
    return true;
  }

  async close(): Promise<void> {
    await this.#node?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The ports of the node before, or those that were asked for, or those that are free. */
  async #portsFor(): Promise<Pick<NodeOptions, "apiPort" | "edgePort" | "edgeHttpsPort">> {
    const { ports, authority } = this.#input;
    if (this.#at !== undefined) {
      const { api, edge, edgeHttps } = this.#at;
      return {
        ...{ apiPort: portOf(api!), edgePort: portOf(edge!) },
        edgeHttpsPort: edgeHttps === undefined ? "off" : String(portOf(edgeHttps)),
      };
    }
    return {
      apiPort: ports.api ?? (await freePortFrom(usualPorts.api)),
      edgePort: ports.edge ?? (await freePortFrom(usualPorts.edge)),
      edgeHttpsPort: authority === undefined ? "off" : String(await freePortFrom(usualPorts.https)),
    };
  }
}

/** The authority stays where `footlight ca` looks for it, so that who trusts its root once does so the next time too. */
async function bringAuthority(from: string, to: string): Promise<void> {
  await makeLocalAuthorityApart(authorityFolder(from), ["localhost"], new Date());
  cpSync(authorityFolder(from), authorityFolder(to), { recursive: true });
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** @throws Error, when none of a good many is free */
export async function freePortFrom(first: number): Promise<number> {
  for (let port = first; port < first + triesMax; port += 1) {
    if (await isPortFree(host, port)) return port;
  }
  throw new Error(`The ports ${first} to ${first + triesMax - 1} are all taken`);
}
