/** Viewers of one edge from many addresses of loopback, which Linux alone has, who ask until they are told to stop. */
import { Agent } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { view, type ViewerAnswer } from "./viewer.ts";

export const skipWithoutLoopbackNet =
  process.platform === "linux" ? false : "only Linux has all of 127.0.0.0/8";

/** Of the addresses that a network of 256 has. */
const netSize = 250;

export interface CrowdInput {
  readonly edge: string;
  readonly host: string;
  /** Where their addresses begin: 127.0.NET.1, and 127.0.NET+1.1 after 250 of them. */
  readonly net: number;
  /**
   * By whose addresses, and the moment of the publish, it is chance who gets a version: of 100 viewers nobody is among
   * 5 % in one run of 170, and of 500 in one of 10 ** 11.
   */
  readonly viewers: number;
}

export function viewFrom(edge: string, host: string, localAddress: string): Promise<ViewerAnswer> {
  const agent = new Agent({ localAddress });
  return view(edge, host, "/", { agent }).finally(() => agent.destroy());
}

export class ViewerCrowd {
  readonly #input: CrowdInput;
  readonly #asking: Promise<void>;
  #isAsking = true;
  asked = 0;
  /** What each viewer got, in its order, without repetitions: "503" where there was no body. */
  readonly got = new Map<string, string[]>();
  /** By what was got: when whoever got it last had asked, by Date.now(). */
  readonly lastAskedAt = new Map<string, number>();

  constructor(input: CrowdInput) {
    this.#input = input;
    this.#asking = this.#ask();
  }

  async #ask(): Promise<void> {
    const { edge, host, net, viewers } = this.#input;
    let turn = 0;
    while (this.#isAsking) {
      const viewer = turn % viewers;
      const address = `127.0.${net + Math.floor(viewer / netSize)}.${1 + (viewer % netSize)}`;
      turn += 1;
      const askedAt = Date.now();
      const { status, body } = await viewFrom(edge, host, address);
      const what = status === 200 ? body : String(status);
      this.asked += 1;
      const got = this.got.get(address) ?? [];
      this.got.set(address, got);
      if (got.at(-1) !== what) got.push(what);
      this.lastAskedAt.set(what, askedAt);
      // The machine is not the crowd's alone.
      await wait(2);
    }
  }

  async stop(): Promise<void> {
    this.#isAsking = false;
    await this.#asking;
  }
}
