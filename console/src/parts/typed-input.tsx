/**
 * An input whose value is elsewhere, as in the address, and may not be taken as it is typed: half a number is none. What is typed
 * stays until it is taken or another value comes, however often what is around it is drawn.
 */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";

export function TypedInput({
  value,
  text = value,
  onText,
  ...input
}: {
  readonly id?: string;
  readonly class: string;
  readonly type?: "search" | "number";
  readonly list?: string;
  readonly min?: number;
  readonly max?: number;
  readonly placeholder?: string;
  readonly spellcheck?: boolean;
  readonly "aria-label"?: string;
  readonly value: string;
  /** What stands for the value. */
  readonly text?: string;
  /**
   * @param isDone whether one has typed it, and left or pressed Enter
   * @returns the value that it is taken as; undefined where it is not, yet
   */
  readonly onText: (typed: string, isDone: boolean) => string | undefined;
}): JSX.Element {
  const [typed, setTyped] = useState<string>();
  const known = useRef({ value, told: value });
  let shown = typed;
  if (value !== known.current.value) {
    if (value !== known.current.told) {
      setTyped(undefined);
      shown = undefined;
    }
    known.current = { value, told: value };
  }
  return (
    <input
      {...input}
      value={shown ?? text}
      onInput={({ currentTarget: { value: next } }) => {
        setTyped(next);
        known.current.told = onText(next, false) ?? known.current.told;
      }}
      onChange={({ currentTarget: { value: next } }) => {
        if (onText(next, true) !== undefined) setTyped(undefined);
      }}
    />
  );
}
