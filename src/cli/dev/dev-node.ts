/**
 * The node that `footlight dev` runs, in memory and in a temporary folder that goes with it.
 *
 * What stands for origins is told to a node when it starts, so another table of them takes another node, at the same ports.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPortFree } from "../../node/free-port.ts";
import type { NodeOptions } from "../../node/options.ts";
import type { RunningNode } from "../../node/start-node.ts";

export interface DevPorts {
  /** Undefined for the usual one, or the next that is free. */
  readonly api: number | undefined;
  readonly edge: number | undefined;
}

export const usualPorts = { api: 4580, edge: 8080 } as const;
const host = "127.0.0.1";
/** A person thinks between two saves, and the next is not to wait until a process has started that checks it. */
const testerIdleMs = 3_600_000;
/** How many ports above a taken one are tried. */
const triesMax = 50;

export class DevNode {
  readonly #folder = mkdtempSync(join(tmpdir(), "footlight-dev-"));
  readonly #ports: DevPorts;
  readonly #more: Partial<NodeOptions>;
  #node: RunningNode | undefined;
  #table: string | undefined;
  #starts = 0;

  /** @param more options that are not this class's own */
  constructor(ports: DevPorts, more: Partial<NodeOptions>) {
    this.#ports = ports;
    this.#more = more;
  }

  /** Base URL of the control plane. */
  get api(): string {
    return this.#node!.api!;
  }

  get edge(): string {
    return this.#node!.edge!;
  }

  /**
   * Has a node run by this table of what stands for origins.
   *
   * @param originSources as `--origin-sources` has it
   * @returns whether it is another node than before
   * @throws Error, when a port that was asked for is taken
   */
  async runWith(originSources: string): Promise<boolean> {
    if (this.#node !== undefined && this.#table === originSources) return false;
    const before = this.#node;
    const [apiPort, edgePort] = before
      ? [portOf(before.api!), portOf(before.edge!)]
      : [
          this.#ports.api ?? (await freePortFrom(usualPorts.api)),
          this.#ports.edge ?? (await freePortFrom(usualPorts.edge)),
        ];
    if (before !== undefined) await before.close();
    this.#node = undefined;
    this.#starts += 1;
    const { startNode } = await import("../../node/start-node.ts");
    this.#node = await startNode(
      {
        ...{ log: "memory:", data: join(this.#folder, String(this.#starts)), workers: 1 },
        ...{ edgeHttpsPort: "off", drainMs: 500 },
        ...this.#more,
        ...{ apiPort, edgePort, originSources },
      },
      { control: true, edge: true, testerIdleMs },
    );
    this.#table = originSources;
    return true;
  }

  async close(): Promise<void> {
    await this.#node?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
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
