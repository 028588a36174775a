/** Keys that do something at once, on a terminal. */
import type { ReadStream, WriteStream } from "node:tty";

export interface HotKey {
  /** One letter. */
  readonly key: string;
  readonly does: string;
  readonly run: () => Promise<void> | void;
}

/** Both sides of it. */
export interface Terminal {
  readonly input: Pick<
    ReadStream,
    "setRawMode" | "setEncoding" | "on" | "off" | "pause" | "resume"
  >;
  readonly output: Pick<WriteStream, "write">;
}

/** What an arrow or another key of several letters sends, which means nothing here. */
// oxlint-disable-next-line no-control-regex -- it begins with one
const sequence = /\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])?/g;
const ctrlC = "\u0003";
const ctrlD = "\u0004";

/**
 * What is pasted comes between two marks where a terminal is asked for them, and means nothing: a q in it was not pressed.
 *
 * Source: XTerm Control Sequences, "Bracketed Paste Mode".
 */
const pastes = {
  ask: "\u001b[?2004h",
  leave: "\u001b[?2004l",
  begin: "\u001b[200~",
  end: "\u001b[201~",
} as const;

/**
 * @param quit what Ctrl-C and Ctrl-D do, which a terminal in this mode makes no signal of
 * @returns what gives the terminal back
 */
export function listenForKeys(
  { input, output }: Terminal,
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
  const typed = withoutPastes();
  const hear = (text: string): void => {
    // By itself it was pressed, also where the end of a paste never came.
    if (text === ctrlC) quit();
    else for (const letter of typed(text).replaceAll(sequence, "")) press(letter);
  };
  output.write(pastes.ask);
  input.setRawMode(true);
  input.setEncoding("utf8").on("data", hear).resume();
  return () => {
    input.off("data", hear).pause();
    input.setRawMode(false);
    output.write(pastes.leave);
  };
}

/** @returns what leaves out what is pasted of the pieces that come one after the other; a mark may be cut in two */
function withoutPastes(): (piece: string) => string {
  let isPasting = false;
  let kept = "";
  return (piece) => {
    let rest = kept + piece;
    let typed = "";
    for (;;) {
      const mark = isPasting ? pastes.end : pastes.begin;
      const at = rest.indexOf(mark);
      if (at === -1) {
        kept = beginningAtEnd(rest, mark);
        return isPasting ? typed : typed + rest.slice(0, rest.length - kept.length);
      }
      if (!isPasting) typed += rest.slice(0, at);
      isPasting = !isPasting;
      rest = rest.slice(at + mark.length);
    }
  };
}

/** @returns the longest beginning of the mark that the text ends with, which may go on in the next piece */
function beginningAtEnd(text: string, mark: string): string {
  for (let length = mark.length - 1; length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return mark.slice(0, length);
  }
  return "";
}

export function keysLine(keys: readonly HotKey[]): string {
  return keys.map(({ key, does }) => `${key} ${does}`).join(" · ");
}
