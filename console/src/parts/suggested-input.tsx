/** A text that is one of many known ones: those that have what is typed are suggested, a few at a time, however many there are. */
import type { JSX } from "preact";
import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { WordIndex } from "../base/word-index.ts";
import { TypedInput } from "./typed-input.tsx";

/** Drawn at once; more letters find the others. */
const suggestedMax = 30;

export interface Suggestion {
  readonly value: string;
  /** What stands for the value; another of each. */
  readonly text: string;
}

export function SuggestedInput({
  id,
  known,
  value,
  placeholder,
  onChoose,
}: {
  /** Of the input, for its label. */
  readonly id: string;
  readonly known: readonly Suggestion[];
  /** Shown by the text that stands for it, and as it is where none does; empty for none. */
  readonly value: string;
  readonly placeholder: string;
  /** Told of what is known as soon as it is typed or taken, and of what is not when it has been typed. */
  readonly onChoose: (value: string) => void;
}): JSX.Element {
  const list = useId();
  const values = useMemo(() => new Map(known.map((each) => [each.text, each.value])), [known]);
  const index = useMemo(() => new WordIndex(known, ({ text }) => text), [known]);
  const shown = useMemo(
    () => known.find((each) => each.value === value)?.text ?? value,
    [known, value],
  );
  const [typed, setTyped] = useState<string>();
  const suggested = useMemo(
    () => index.find(typed ?? shown).slice(0, suggestedMax),
    [index, typed, shown],
  );
  // Typed before it was known, or taken as it was.
  useEffect(() => {
    const isKnown = typed === undefined && known.some((each) => each.value === value);
    const chosen = isKnown ? undefined : values.get(typed ?? value);
    if (chosen !== undefined && chosen !== value) onChoose(chosen);
  }, [values]);
  return (
    <>
      <TypedInput
        {...{ id, list, value, placeholder, text: shown }}
        type="search"
        class="input"
        spellcheck={false}
        onText={(text, isDone) => {
          setTyped(isDone ? undefined : text);
          if (!isDone && text !== "" && !values.has(text)) return undefined;
          const word = text.trim();
          const chosen = values.get(text) ?? values.get(word) ?? word;
          if (chosen !== value) onChoose(chosen);
          return chosen;
        }}
      />
      <datalist id={list}>
        {suggested.map((each) => (
          <option key={each.value} value={each.text} />
        ))}
      </datalist>
    </>
  );
}
