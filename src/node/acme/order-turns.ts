/**
 * Whose turn it is to order a certificate, among the control planes of a log. Who is about to order says so in the log first, where
 * of two only one can be the next; who has failed says when it tries again. Others leave the name alone for as long as that says,
 * measured from when they heard of it, by a clock that nobody sets: so one that ended is taken over from, and wrong clocks change nothing.
 */
import type { CertificateOrder } from "../../model/issued-certificate.ts";
import type { State } from "../../state/state.ts";

export interface OrderTurnsInput {
  /** This control plane, as the others know it: the same after it was started anew. */
  readonly holder: string;
  /** Of the state that it was started on. */
  readonly orders: State["certificateOrders"];
  /** Milliseconds that only go on. */
  readonly elapsed: () => number;
}

export class OrderTurns {
  readonly #holder: string;
  readonly #elapsed: () => number;
  readonly #heardAt = new WeakMap<CertificateOrder, number>();
  /** Its own from before it was started: whatever they were for has ended with it. */
  readonly #left = new WeakSet<CertificateOrder>();

  constructor({ holder, orders, elapsed }: OrderTurnsInput) {
    this.#holder = holder;
    this.#elapsed = elapsed;
    for (const order of orders.values()) if (order.holder === holder) this.#left.add(order);
    this.hear(orders);
  }

  /** To be called when others are there. */
  hear(orders: State["certificateOrders"]): void {
    for (const order of orders.values()) {
      if (!this.#heardAt.has(order)) this.#heardAt.set(order, this.#elapsed());
    }
  }

  /** @returns milliseconds until this control plane may order a certificate for a name; 0 where it may */
  waitMs({ certificateOrders }: State, name: string): number {
    const order = certificateOrders.get(name);
    if (order === undefined || this.#left.has(order)) return 0;
    const heardAt = this.#heardAt.get(order) ?? this.#elapsed();
    this.#heardAt.set(order, heardAt);
    return Math.max(0, heardAt + order.forMs - this.#elapsed());
  }

  /** @returns one that another control plane orders, whose key it is going to be sealed under is another one */
  findForeignKey(state: State, keyMark: string): CertificateOrder | undefined {
    return state.certificateOrders.find(
      (order) => order.keyMark !== keyMark && this.waitMs(state, order.name) > 0,
    );
  }

  /** Whether it is this control plane that has said last that it orders one. */
  isOwn({ certificateOrders }: State, name: string): boolean {
    const order = certificateOrders.get(name);
    return order !== undefined && order.holder === this.#holder && !this.#left.has(order);
  }
}
