/**
 * Shows how a publish in waves goes on, until it is over or somebody is asked: one line a wave, which changes as it is
 * counted on a terminal, and elsewhere a line when a wave begins, is held, or is paused.
 *
 * It only looks: the waves go on without it.
 */
import { setTimeout as wait } from "node:timers/promises";
import { OptionError } from "../node/option-table.ts";
import type { ApiAddress } from "./ask-api.ts";
import { CallRefused } from "./call-api.ts";
import { endText, readWaves, waveLine, type ToldOn, type ToldWaves } from "./told-waves.ts";

export const waveExitCodes = { finished: 0, reverted: 3, ended: 4, asked: 5 } as const;

const pollMs = 500;

interface Output {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean | undefined;
}

export interface Followed {
  readonly name: string;
  /** The new version. */
  readonly version: number;
}

/** @returns the exit code: 0 where all viewers have it, or the last wave is on that stays */
export async function followWaves(
  address: ApiAddress,
  { name, version }: Followed,
  environment: Readonly<Record<string, string | undefined>>,
  output: Output = process.stdout,
): Promise<number> {
  const view = new WavesView(output);
  for (;;) {
    const told = await readOrWait(address, name, environment, view);
    const { on, ended } = told ?? {};
    if (told !== undefined && on?.version !== version) {
      view.end();
      if (ended?.version !== version) {
        output.write(`Version ${version} of ${name} is not published in waves any more.\n`);
        return waveExitCodes.ended;
      }
      output.write(`${endText(name, ended)}\n`);
      if (ended.how === "finished") return waveExitCodes.finished;
      return ended.how === "reverted" ? waveExitCodes.reverted : waveExitCodes.ended;
    }
    if (on !== undefined) {
      view.show(on);
      const asked = whatIsAsked(name, on);
      if (asked !== undefined) {
        view.end();
        output.write(`${asked.text}\n`);
        return asked.code;
      }
    }
    await wait(pollMs);
  }
}

/** Nobody waits for what only a person goes on with. */
function whatIsAsked(
  name: string,
  { wave, waves, paused }: ToldOn,
): { readonly text: string; readonly code: number } | undefined {
  if (wave === waves.length) {
    const text = `It stays like that, watched by its gates, until: footlight waves ${name} finish, or abort`;
    return { text, code: waveExitCodes.finished };
  }
  if (paused?.by !== "footlight") return undefined;
  const text = `Go on with footlight waves ${name} resume, give it to all with finish, or take it back with abort`;
  return { text, code: waveExitCodes.asked };
}

/** @returns undefined where nobody answered: the node may be starting again */
async function readOrWait(
  address: ApiAddress,
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  view: WavesView,
): Promise<ToldWaves | undefined> {
  try {
    return await readWaves(address, name, environment);
  } catch (error) {
    if (error instanceof CallRefused || error instanceof OptionError) throw error;
    view.note((error as Error).message);
    return undefined;
  }
}

class WavesView {
  readonly #output: Output;
  #shown = "";
  #line = "";

  constructor(output: Output) {
    this.#output = output;
  }

  show(on: ToldOn): void {
    const { wave, paused } = on;
    const line = waveLine(on);
    const waits = /not enough requests/.test(line);
    const state = `${wave} ${JSON.stringify(paused)} ${waits}`;
    if (this.#output.isTTY === true) {
      const isNext = this.#shown !== "" && this.#shown.split(" ", 1)[0] !== String(wave);
      this.#output.write(`${isNext ? "\n" : "\r"}\u001B[K${line}`);
    } else if (state !== this.#shown) {
      this.#output.write(`${line}\n`);
    }
    this.#shown = state;
    this.#line = line;
  }

  /** Says once what is in the way of looking. */
  note(text: string): void {
    if (this.#line === text) return;
    this.#line = text;
    this.#output.write(this.#output.isTTY === true ? `\r\u001B[K${text}` : `${text}\n`);
  }

  /** Nothing is written over what stands there. */
  end(): void {
    if (this.#output.isTTY === true && this.#line !== "") this.#output.write("\n");
  }
}
