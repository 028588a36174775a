/** How far a rehearsal is, on a terminal alone: one line, which goes when it is over. */

export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly write: (text: string) => unknown;
}

/** It is drawn anew no more often, in milliseconds. */
const everyMs = 100;
const barMax = 30;
/** What stands beside the bar, in columns. */
const besides = 50;

export class ProgressBar {
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  readonly #startedAt: number;
  #drawnAt = -Infinity;

  /** @param now milliseconds */
  constructor(output: ProgressOutput, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#startedAt = now();
  }

  /** @param share of all that there is, 0 to 1; undefined where nobody knows how much that is */
  show(runs: number, share: number | undefined): void {
    const now = this.#now();
    if (this.#output.isTTY !== true || now - this.#drawnAt < everyMs) return;
    this.#drawnAt = now;
    const seconds = (now - this.#startedAt) / 1000;
    const parts = [`${counted(runs)} runs`];
    if (seconds >= 1) parts.push(`${counted(Math.round(runs / seconds))}/s`);
    if (share !== undefined) {
      if (seconds >= 1 && share > 0.01) parts.push(leftText((seconds / share) * (1 - share)));
      parts.unshift(this.#bar(share), `${Math.floor(100 * share)} %`.padStart(5));
    }
    this.#output.write(`\r\u001B[K${parts.join("  ")}`);
  }

  end(): void {
    if (this.#output.isTTY === true) this.#output.write("\r\u001B[K");
  }

  #bar(share: number): string {
    const width = Math.max(5, Math.min(barMax, (this.#output.columns ?? 80) - besides));
    const full = Math.round(share * width);
    return "█".repeat(full) + "░".repeat(width - full);
  }
}

/** @returns like `1,204` */
function counted(count: number): string {
  return count.toLocaleString("en");
}

function leftText(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s left`;
  return `${Math.ceil(seconds / 60)} min left`;
}
