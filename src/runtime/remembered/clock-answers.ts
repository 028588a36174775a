/**
 * How the clock compared in a run that did nothing else with it.
 *
 * Such a run takes the same steps as long as each comparison ends as it did, so a later time is put to each of them:
 * the very comparison, and no guess at when it would end otherwise.
 */

interface Comparison {
  readonly operator: string;
  /** What the milliseconds since the epoch are divided by. */
  readonly divisor: number;
  readonly round: (value: number) => number;
  readonly other: number;
  readonly answer: boolean;
}

const rounding: Readonly<Record<string, (value: number) => number>> = {
  "": (value) => value,
  floor: Math.floor,
  round: Math.round,
  ceil: Math.ceil,
  trunc: Math.trunc,
  parseInt: (value) => Number.parseInt(String(value)),
};

export class ClockAnswers {
  readonly #comparisons: readonly Comparison[];

  /** @param told as guest/kit.ts writes it: operator, divisor, rounding, the other side, and how it ended */
  constructor(told: string) {
    this.#comparisons = told.split(";").slice(0, -1).map(readComparison);
  }

  get count(): number {
    return this.#comparisons.length;
  }

  /** @param now milliseconds since the epoch, whole ones */
  holdAt(now: number): boolean {
    for (const { operator, divisor, round, other, answer } of this.#comparisons) {
      if (compare(operator, round(now / divisor), other) !== answer) return false;
    }
    return true;
  }
}

function readComparison(text: string): Comparison {
  const [operator = "", divisor, rounded = "", other, answer] = text.split(" ");
  const round = rounding[rounded];
  if (round === undefined) throw new Error(`The guest rounds in a way that is not known: ${text}`);
  return {
    operator,
    divisor: Number(divisor),
    round,
    other: Number(other),
    answer: answer === "1",
  };
}

function compare(operator: string, left: number, right: number): boolean {
  switch (operator) {
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    default:
      throw new Error(`The guest compares in a way that is not known: ${operator}`);
  }
}
