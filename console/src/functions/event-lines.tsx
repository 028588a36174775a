/** Names and values as lines of a form; a name that is not filled in yet is there as long as one writes it. */
import type { JSX } from "preact";
import { Button } from "../parts/button.tsx";
import { TypedInput } from "../parts/typed-input.tsx";
import { freeName, linesOf, mapOf, type EventMap, type FormLine } from "./event-model.ts";

export function EventLines({
  title,
  map,
  kind,
  isUnique = false,
  onChange,
}: {
  readonly title: string;
  readonly map: EventMap | string | undefined;
  readonly kind: "headers" | "cookies" | "response cookies" | "query";
  /** Whether a name may stand once: another of it would be dropped. */
  readonly isUnique?: boolean;
  readonly onChange: (map: EventMap) => void;
}): JSX.Element {
  const lines = linesOf(map);
  const put = (next: readonly FormLine[]): void => onChange(mapOf(next, kind));
  const add = (): void => {
    const taken = lines.map(({ name }) => name);
    let name = kind === "headers" ? "x-header" : "name";
    while (taken.includes(name)) name += "-2";
    put([...lines, { name, value: "" }]);
  };
  const set = (index: number, change: Partial<FormLine>): void =>
    put(lines.map((line, each) => (each === index ? { ...line, ...change } : line)));
  const one = title.toLowerCase().replace(/s$/, "");
  return (
    <section class="lines" aria-label={title}>
      <div class="row row-between">
        <h3>
          {title} <span class="quiet num">{lines.length}</span>
        </h3>
        <Button
          kind="quiet"
          icon="plus"
          isSmall
          label={`Add to ${title.toLowerCase()}`}
          onClick={add}
        />
      </div>
      {lines.map(({ name, value }, index) => (
        // By place: the name is what is being typed.
        <div key={index} class="line">
          <TypedInput
            class="input is-small mono"
            aria-label={`Name of ${one} ${index + 1}`}
            spellcheck={false}
            value={name}
            onText={(text, isDone) => {
              if (!isDone) return undefined;
              const others = lines.filter((_, each) => each !== index).map((line) => line.name);
              set(index, { name: isUnique ? freeName(text, others) : text });
              return text;
            }}
          />
          <input
            class="input is-small mono"
            aria-label={`Value of ${name}`}
            spellcheck={false}
            value={value}
            onInput={(change) => set(index, { value: change.currentTarget.value })}
          />
          <Button
            kind="quiet"
            icon="close"
            isSmall
            label={`Remove ${name}`}
            onClick={() => put(lines.filter((_, each) => each !== index))}
          />
        </div>
      ))}
    </section>
  );
}
