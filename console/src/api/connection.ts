/**
 * Whether the node answers. Once a call finds that it does not, it is asked every second, and when it is back all that
 * is on the page is read again (use-data.ts).
 */
import { Store } from "../base/store.ts";
import type { ApiRefusal } from "./api-refusal.ts";

export type Standing = "unknown" | "up" | "down";

const retryMs = 1000;

class Connection {
  readonly standing = new Store<Standing>("unknown");
  /** Counts how often the node came back: another node may have come in its place. */
  readonly returns = new Store(0);
  /** Why somebody must sign in; undefined where nobody must. */
  readonly signInWanted = new Store<ApiRefusal | undefined>(undefined);
  #hasServed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  noteAnswer(): void {
    const wasDown = this.standing.value === "down";
    this.standing.set("up");
    clearTimeout(this.#timer);
    if (wasDown) this.returns.set(this.returns.value + 1);
  }

  noteLoss(): void {
    this.standing.set("down");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), retryMs);
  }

  /** Whether some call was answered as it was meant: then there is something on the page that may not be lost. */
  get hasServed(): boolean {
    return this.#hasServed;
  }

  noteServed(): void {
    this.#hasServed = true;
  }

  noteSignInWanted(refusal: ApiRefusal): void {
    this.signInWanted.set(refusal);
  }

  /** Goes on with what the key may do. */
  noteSignInGivenUp(): void {
    this.signInWanted.set(undefined);
  }

  noteSignedIn(): void {
    this.signInWanted.set(undefined);
    this.returns.set(this.returns.value + 1);
  }

  /** Any answer will do, a refusal too. */
  async #ask(): Promise<void> {
    try {
      await fetch("/footlight/v1/health/live", { cache: "no-store" });
      this.noteAnswer();
    } catch {
      this.noteLoss();
    }
  }
}

export const connection = new Connection();
