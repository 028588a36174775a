/** Keys that do something at once, on a terminal. */
import type { ReadStream } from "node:tty";

export interface HotKey {
  /** One letter. */
  readonly key: string;
  readonly does: string;
  readonly run: () => Promise<void> | void;
}

/** What an arrow or another key of several letters sends, which means nothing here. */
// oxlint-disable-next-line no-control-regex -- it begins with one
const sequence = /\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])?/g;
const ctrlC = "\u0003";
const ctrlD = "\u0004";

/**
 * @param quit what Ctrl-C and Ctrl-D do, which a terminal in this mode makes no signal of
 * @returns what gives the terminal back
 */
export function listenForKeys(
  input: ReadStream,
  keys: readonly HotKey[],
  quit: () => void,
  onFailed: (error: unknown) => void,
): () => void {
  /** One after the other. */
  let last: Promise<void> = Promise.resolve();
  const press = (letter: string): void => {
    if (letter === ctrlC || letter === ctrlD) {
      quit();
      return;
    }
    const pressed = keys.find(({ key }) => key === letter.toLowerCase());
    if (pressed !== undefined) last = last.then(pressed.run).catch(onFailed);
  };
  const hear = (text: string): void => {
    for (const letter of text.replaceAll(sequence, "")) press(letter);
  };
  input.setRawMode(true);
  input.setEncoding("utf8").on("data", hear).resume();
  return () => {
    input.off("data", hear).pause();
    input.setRawMode(false);
  };
}

export function keysLine(keys: readonly HotKey[]): string {
  return keys.map(({ key, does }) => `${key} ${does}`).join(" · ");
}
