/**
 * The configuration as JSON, as the API takes it, kept while it is written. Whoever else changes it meanwhile is told
 * of, with what is different; the model says what is wrong with it.
 */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { isConflict } from "../api/api-refusal.ts";
import { readDistribution, updateDistribution, type Distribution } from "../api/distributions.ts";
import { forgetKept, recallKept } from "../base/kept.ts";
import { Button } from "../parts/button.tsx";
import { CodeEditor } from "../parts/code-editor.tsx";
import { Conflict } from "../parts/conflict.tsx";
import { keepOrTell } from "../parts/keep-or-tell.ts";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";

interface Draft {
  readonly text: string;
  /** Of what it was made from. */
  readonly etag: string;
}

function textOf({ distribution_config: config }: Distribution): string {
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

function placeOf(id: string): string {
  return `footlight.distribution.${id}`;
}

function recall(id: string): Draft | undefined {
  return recallKept("session", placeOf(id), isDraft);
}

function isDraft(value: unknown): value is Draft {
  const { text, etag } = (value ?? {}) as Partial<Draft>;
  return typeof text === "string" && typeof etag === "string";
}

export function Configuration({
  distribution,
  onChanged,
}: {
  readonly distribution: Distribution;
  readonly onChanged: (distribution: Distribution) => void;
}): JSX.Element {
  const { id, etag } = distribution;
  const theirs = textOf(distribution);
  const [draft, setDraft] = useState(() => recall(id));
  const text = draft?.text ?? theirs;
  const isChanged = text !== theirs;
  const isOutdated = isChanged && draft !== undefined && draft.etag !== etag;
  /** One may type while it is saved. */
  const latest = useRef(draft);
  const write = (next: Draft | undefined): void => {
    latest.current = next;
    setDraft(next);
    forget();
    if (next === undefined) forgetKept("session", placeOf(id));
    else keepOrTell("session", placeOf(id), next);
  };
  const { isBusy, error, run, forget } = useAction(async () => {
    if (!isChanged) return;
    try {
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed !== "object" || parsed === null) {
        throw new SyntaxError("A configuration is a JSON object");
      }
      const saved = await updateDistribution(id, parsed, draft?.etag ?? etag);
      const now = latest.current?.text ?? text;
      onChanged(saved);
      write(now === text ? undefined : { text: now, etag: saved.etag });
      notify("Saved: edges apply it now");
    } catch (failure) {
      if (!isConflict(failure)) throw failure;
      onChanged(await readDistribution(id));
    }
  });
  return (
    <div class="stack">
      {isOutdated && (
        <Conflict
          theirs={theirs}
          mine={text}
          onTake={() => write(undefined)}
          onKeep={() => write({ text, etag })}
        />
      )}
      {error !== undefined && (
        <Trouble
          error={error}
          doing={error instanceof SyntaxError ? "read it as JSON" : "save the configuration"}
        />
      )}
      <section class="card config-card" aria-label="Configuration">
        <div class="card-head">
          <span class="row">
            <h2>Configuration</h2>
            {isChanged && <span class="unsaved">Not saved</span>}
          </span>
          <div class="row">
            {isChanged && (
              <Button isSmall kind="quiet" icon="undo" onClick={() => write(undefined)}>
                Discard
              </Button>
            )}
            <Button
              isSmall
              kind="primary"
              icon="save"
              title="Ctrl S"
              disabled={!isChanged || isOutdated}
              isBusy={isBusy}
              onClick={run}
            >
              Save
            </Button>
          </div>
        </div>
        <div class="config-area">
          <CodeEditor
            label="Configuration"
            language="json"
            value={text}
            onChange={(next) => {
              if (next !== text) write({ text: next, etag: draft?.etag ?? etag });
            }}
            keys={{ "Mod-s": run }}
          />
        </div>
      </section>
    </div>
  );
}
