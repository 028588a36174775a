/** A side channel within a test: everyone on one hub hears what is told on it, a turn of the event loop later. */
import type { SideChannel } from "../../src/log/side-channel.ts";

interface Listener {
  readonly subject: string;
  readonly hear: (message: Uint8Array, subject: string) => void;
  readonly circle: string | undefined;
  readonly isCut: () => boolean;
}

export class SideChannelHub {
  readonly #listeners = new Set<Listener>();
  /** By the first word of their subject, how many messages and bytes were told. */
  readonly told: Record<string, { messages: number; bytes: number }> = {};

  /** @param isCut whether it can tell and hear nothing now */
  channel(isCut: () => boolean = () => false): SideChannel {
    return {
      isConnected: () => !isCut(),
      noteRevision: () => {},
      tell: (subject, message) => {
        if (!isCut()) this.#tell(subject, message);
      },
      listen: (subject, hear, circle) => {
        const listener = { subject, hear, circle, isCut };
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
  }

  #tell(subject: string, message: Uint8Array): void {
    const count = (this.told[subject.split(".", 1)[0]!] ??= { messages: 0, bytes: 0 });
    count.messages += 1;
    count.bytes += message.length;
    setImmediate(() => {
      const hearing = [...this.#listeners].filter(
        (one) => !one.isCut() && matches(one.subject, subject),
      );
      const alone = hearing.filter(({ circle }) => circle === undefined);
      const circles = Map.groupBy(hearing, ({ circle }) => circle);
      circles.delete(undefined);
      const drawn = [...circles.values()].map(
        (all) => all[Math.floor(Math.random() * all.length)]!,
      );
      for (const { hear } of [...alone, ...drawn]) hear(message, subject);
    });
  }
}

function matches(pattern: string, subject: string): boolean {
  return pattern.endsWith(">") ? subject.startsWith(pattern.slice(0, -1)) : pattern === subject;
}
