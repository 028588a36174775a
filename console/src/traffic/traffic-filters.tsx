/** By what the requests are narrowed down: all of it is in the address. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { recentDistributions, type ListedDistribution } from "../api/distributions.ts";
import { recentFunctions } from "../api/functions.ts";
import { useData, type Loaded } from "../api/use-data.ts";
import { useStore } from "../base/use-store.ts";
import { Button } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { SuggestedInput, type Suggestion } from "../parts/suggested-input.tsx";
import { TypedInput } from "../parts/typed-input.tsx";
import { navigate, place } from "../way/router.ts";

const results = ["Hit", "Miss", "Error"] as const;

export function TrafficFilters({
  isPaused,
  onPause,
}: {
  readonly isPaused: boolean;
  readonly onPause: () => void;
}): JSX.Element {
  const { query } = useStore(place);
  const functions = useData("recent functions", recentFunctions);
  const distributions = useData("recent distributions", recentDistributions);
  const knownFunctions = useMemo(
    () => (functions.data ?? []).map(({ name }) => ({ value: name, text: name })),
    [functions.data],
  );
  const knownDistributions = useMemo(
    () => suggestionsOf(distributions.data ?? []),
    [distributions.data],
  );
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(query);
    if (value.trim() === "") next.delete(name);
    else next.set(name, value.trim());
    navigate(next.size === 0 ? "/traffic" : `/traffic?${next.toString()}`, { replaces: true });
  };
  const suggested = (
    name: string,
    label: string,
    { error, data }: Pick<Loaded<unknown>, "data" | "error">,
    known: readonly Suggestion[],
    placeholder: string,
  ): JSX.Element => (
    <Field
      label={label}
      hint={error !== undefined && data === undefined ? "They could not be read" : undefined}
    >
      {(id) => (
        <SuggestedInput
          {...{ id, known, placeholder }}
          value={query.get(name) ?? ""}
          onChoose={(value) => set(name, value)}
        />
      )}
    </Field>
  );
  const text = (name: string, label: string, example: string, whole?: RegExp): JSX.Element => (
    <Field label={label}>
      {(id) => (
        <TypedInput
          id={id}
          type="search"
          class="input"
          spellcheck={false}
          placeholder={example}
          value={query.get(name) ?? ""}
          onText={(value) => {
            // Less than a whole one would be refused.
            if (value !== "" && whole?.test(value) === false) return undefined;
            set(name, value);
            return value.trim();
          }}
        />
      )}
    </Field>
  );
  return (
    <div class="filters traffic-filters">
      {text("path", "Path", "/img/*")}
      {text("status", "Status", "404", /^\d{3}$/)}
      <Field label="Result">
        {(id) => (
          <select
            id={id}
            class="select"
            value={query.get("result") ?? ""}
            onChange={(event) => set("result", event.currentTarget.value)}
          >
            <option value="">All</option>
            {results.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        )}
      </Field>
      {suggested("function", "Function", functions, knownFunctions, "All")}
      {suggested("distribution", "Distribution", distributions, knownDistributions, "All")}
      {text("behavior", "Behavior", "/img/*")}
      {text("country", "Country", "DE", /^[a-z]{2}$/i)}
      <Button icon={isPaused ? "play" : "pause"} onClick={onPause}>
        {isPaused ? "Follow" : "Pause"}
      </Button>
    </div>
  );
}

/** By their comments or hosts; what several have in common is told apart by their ids. */
function suggestionsOf(distributions: readonly ListedDistribution[]): readonly Suggestion[] {
  const named = distributions.map(({ id, comment, domain_name: host }) => ({
    ...{ value: id, text: comment || host },
  }));
  const counts = new Map<string, number>();
  for (const { text } of named) counts.set(text, (counts.get(text) ?? 0) + 1);
  return named.map(({ value, text }) => ({
    value,
    text: counts.get(text) === 1 ? text : `${text} · ${value}`,
  }));
}
