/** The side channel of a log that is found and lost again: who listens goes on listening. */
import type { SideChannel } from "./side-channel.ts";

interface Listening {
  readonly listenOn: (channel: SideChannel) => () => void;
  stop: () => void;
}

export class WitnessSideChannel implements SideChannel {
  readonly #listening = new Set<Listening>();
  #channel: SideChannel | undefined;

  /** Of the log that was found, in place of the one before. */
  speakOn(channel: SideChannel): void {
    for (const one of this.#listening) one.stop();
    this.#channel = channel;
    for (const one of this.#listening) one.stop = one.listenOn(channel);
  }

  readonly isConnected = (): boolean => this.#channel?.isConnected() ?? false;

  readonly noteRevision: SideChannel["noteRevision"] = (revision) => {
    this.#channel?.noteRevision(revision);
  };

  readonly tell: SideChannel["tell"] = (subject, message) => {
    this.#channel?.tell(subject, message);
  };

  readonly listen: SideChannel["listen"] = (subject, hear, circle) => {
    const listenOn = (channel: SideChannel): (() => void) => channel.listen(subject, hear, circle);
    const one: Listening = { listenOn, stop: () => {} };
    if (this.#channel !== undefined) one.stop = listenOn(this.#channel);
    this.#listening.add(one);
    return () => {
      one.stop();
      this.#listening.delete(one);
    };
  };
}
