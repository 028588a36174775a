/** A TCP relay that holds back what passes it, in order, by times drawn from a seed: a long way, in one process. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export class SlowRelay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #random: () => number;
  #longestMs = 0;

  /** @param target where it leads */
  static async start(
    host: string,
    target: { readonly host: string; readonly port: number },
    random: () => number,
  ): Promise<SlowRelay> {
    const relay = new SlowRelay(target, random);
    relay.#server.listen(0, host);
    await once(relay.#server, "listening");
    return relay;
  }

  private constructor(
    { host, port }: { readonly host: string; readonly port: number },
    random: () => number,
  ) {
    this.#random = random;
    this.#server = createServer((near) => {
      const far = connect(port, host);
      this.#pass(near, far);
      this.#pass(far, near);
    });
  }

  /** `HOST:PORT`, where it listens. */
  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  /** @param longestMs how long it holds back at most, each way; 0 passes at once */
  delay(longestMs: number): void {
    this.#longestMs = longestMs;
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, "close");
  }

  #pass(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    const waiting: (() => void)[] = [];
    const later = (act: () => void): void => {
      const delayMs = this.#random() * this.#longestMs;
      if (waiting.length === 0 && delayMs < 1) {
        act();
        return;
      }
      // Whichever timer is first, what came first goes first.
      waiting.push(act);
      setTimeout(() => waiting.shift()?.(), delayMs);
    };
    from.on("data", (bytes) => later(() => to.write(bytes)));
    from.on("error", () => {});
    from.on("close", () => {
      this.#sockets.delete(from);
      later(() => to.destroy());
    });
  }
}
