/**
 * The ports of a node while none of its workers holds them: another node may come for them, so they are claimed for the
 * first workers that start, and given back when each of these listens, or can't.
 */
import type { PortSharing } from "./port-sharing.ts";

export interface EdgePorts {
  readonly edgeHost: string;
  readonly edgePort: number;
  readonly httpsPort: number | undefined;
}

export class ClaimedPorts {
  readonly #sharing: Pick<PortSharing, "claim">;
  readonly #ports: EdgePorts;
  #claim: { readonly whenClaimed: Promise<() => void>; starting: number } | undefined;

  constructor(sharing: Pick<PortSharing, "claim">, ports: EdgePorts) {
    this.#sharing = sharing;
    this.#ports = ports;
  }

  /** Whether workers start under the claim. */
  get areClaimed(): boolean {
    return this.#claim !== undefined;
  }

  /**
   * Starts a worker under the claim, which is made for the first and shared by those that start beside it.
   *
   * @param start resolves when it listens
   * @throws Error, with the code `EADDRINUSE`, when a port is somebody else's; and what `start` throws
   */
  async startUnder(start: () => Promise<void>): Promise<void> {
    const claim = (this.#claim ??= { whenClaimed: this.#claimAll(), starting: 0 });
    claim.starting += 1;
    try {
      await claim.whenClaimed;
      await start();
    } finally {
      claim.starting -= 1;
      if (claim.starting === 0) {
        this.#claim = undefined;
        void claim.whenClaimed.then(
          (release) => release(),
          () => {},
        );
      }
    }
  }

  /** @returns what gives back what was taken for it */
  async #claimAll(): Promise<() => void> {
    const { edgeHost: host, edgePort, httpsPort } = this.#ports;
    const release = await this.#sharing.claim({ host, port: edgePort }, "--edge-port");
    if (httpsPort === undefined) return release;
    try {
      const releaseOther = await this.#sharing.claim(
        { host, port: httpsPort },
        "--edge-https-port",
      );
      return () => {
        release();
        releaseOther();
      };
    } catch (error) {
      release();
      throw error;
    }
  }
}
