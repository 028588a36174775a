/** Two versions of a function beside each other: LIVE and what is in the editor, unless others are chosen. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { readCode, type Versions } from "../api/functions.ts";
import { useData } from "../api/use-data.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { TextDiff } from "../parts/text-diff.tsx";
import { Trouble } from "../parts/trouble.tsx";
import type { Draft } from "./use-draft.ts";

const editor = "EDITOR";

export function Compare({
  name,
  versions,
  draft,
}: {
  readonly name: string;
  readonly versions: Versions;
  readonly draft: Draft;
}): JSX.Element {
  const numbers = versions.items.map(({ version }) => String(version));
  const [before, setBefore] = useState(numbers.length > 0 ? "LIVE" : "DEVELOPMENT");
  const [after, setAfter] = useState(draft.isChanged ? editor : "DEVELOPMENT");
  const choices = [editor, "DEVELOPMENT", ...(numbers.length > 0 ? ["LIVE"] : []), ...numbers];
  return (
    <div class="stack">
      <div class="row">
        <Choice label="Before" value={before} choices={choices} onChange={setBefore} />
        <span class="quiet" aria-hidden="true">
          →
        </span>
        <Choice label="After" value={after} choices={choices} onChange={setAfter} />
      </div>
      <Both name={name} versions={versions} draft={draft} before={before} after={after} />
    </div>
  );
}

function Choice({
  label,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly string[];
  readonly onChange: (value: string) => void;
}): JSX.Element {
  return (
    <select
      class="select is-small compare-choice"
      aria-label={label}
      value={value}
      onChange={(change) => onChange(change.currentTarget.value)}
    >
      {choices.map((each) => (
        <option key={each} value={each}>
          {nameOf(each)}
        </option>
      ))}
    </select>
  );
}

function nameOf(version: string): string {
  if (version === editor) return "In the editor";
  return /^\d/.test(version) ? `Version ${version}` : version;
}

function Both({
  name,
  versions,
  draft,
  before,
  after,
}: {
  readonly name: string;
  readonly versions: Versions;
  readonly draft: Draft;
  readonly before: string;
  readonly after: string;
}): JSX.Element | null {
  const { etag, development } = versions;
  const key = `${name} ${etag} ${development.etag}`;
  const one = useData(before === editor ? undefined : `${key} ${before}`, async (signal) =>
    readCode(name, before, signal),
  );
  const other = useData(after === editor ? undefined : `${key} ${after}`, async (signal) =>
    readCode(name, after, signal),
  );
  const error = one.error ?? other.error;
  if (error !== undefined) {
    const retry = (): void => {
      one.reload();
      other.reload();
    };
    return <Trouble error={error} doing="read both versions" onRetry={retry} />;
  }
  const was = before === editor ? draft.source : one.data?.source;
  const is = after === editor ? draft.source : other.data?.source;
  if (was === undefined || is === undefined) return null;
  if (was === is) {
    return (
      <EmptyState icon="check" title="Both have the same code">
        <p>
          {nameOf(before)} and {nameOf(after)} do not differ.
        </p>
      </EmptyState>
    );
  }
  return (
    <section class="card">
      <div class="card-head">
        <h2>
          {nameOf(before)} → {nameOf(after)}
        </h2>
      </div>
      <TextDiff before={was} after={is} label={`${nameOf(before)} and ${nameOf(after)}`} />
    </section>
  );
}
