/** How one connection behaves, which its address pays for, or is paid for by. */
import type { AddressDebts } from "./address-debts.ts";
import { addressGroup } from "./address-group.ts";

/** What a connection did: flooded the edge, broke the protocol, or cost a handshake and ended without a request. */
export type Offence = "flood" | "broken" | "fruitless";

/**
 * Browsers connect ahead of need, and programs that trust no certificate of the edge's try again: what came to nothing is little.
 * A viewer that asks makes up for more than that, though not for all of what somebody behind the same address does.
 */
const charges: Readonly<Record<Offence, number>> = { flood: 1, broken: 1 / 4, fruitless: 1 / 8 };
const paidByAsking = 1 / 2;

export class Conduct {
  readonly address: string;
  /** Whom that stands for, and who pays. */
  readonly group: string;
  /** Whether it was held up for what others did. */
  hasWaited = false;
  readonly #debts: AddressDebts;
  readonly #onOffence: (offence: Offence) => void;
  #hasAsked = false;
  #hasOffended = false;

  /**
   * @param address that the connection is from
   * @param onOffence told once, at most
   */
  constructor(address: string, debts: AddressDebts, onOffence: (offence: Offence) => void) {
    this.address = address;
    this.group = addressGroup(address);
    this.#debts = debts;
    this.#onOffence = onOffence;
  }

  /** What its address owes now. */
  get debt(): number {
    return this.#debts.of(this.group);
  }

  /** To be called with its first request. */
  readonly ask = (): void => {
    this.#hasAsked = true;
    this.#debts.pay(this.group, paidByAsking);
  };

  /** The first one counts. A flood takes back what was paid by asking. */
  offend(offence: Offence): void {
    if (this.#hasOffended) return;
    this.#hasOffended = true;
    this.#onOffence(offence);
    const back = this.#hasAsked && offence === "flood" ? paidByAsking : 0;
    this.#debts.charge(this.group, charges[offence] + back);
  }

  /** To be called when it is over, if it had brought any byte. */
  end(): void {
    if (!this.#hasAsked) this.offend("fruitless");
  }
}
