/** What was published, when and by whom; and the way back. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { rollBack, type Version, type Versions } from "../api/functions.ts";
import { ago, byteSize, moment, percent } from "../base/quantities.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { TextField } from "../parts/text-field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { notify } from "../parts/toasts.tsx";

export function HistoryView({
  name,
  versions,
  onChanged,
}: {
  readonly name: string;
  readonly versions: Versions;
  readonly onChanged: (versions: Versions) => void;
}): JSX.Element {
  const [target, setTarget] = useState<number>();
  const { items, live } = versions;
  if (items.length === 0) {
    return (
      <EmptyState icon="history" title="Nothing was published yet">
        <p>Each publish is kept here with its message, so that you can look back and go back.</p>
      </EmptyState>
    );
  }
  return (
    <>
      <ol class="timeline">
        {items.map((version) => (
          <TimelineEntry
            key={version.version}
            version={version}
            share={live?.shares.find((each) => each.version === version.version)?.share ?? 0}
            onGoBack={() => setTarget(version.version)}
          />
        ))}
      </ol>
      {target !== undefined && (
        <UndoDialog
          name={name}
          versions={versions}
          to={target}
          onClose={() => setTarget(undefined)}
          onDone={(next) => {
            setTarget(undefined);
            onChanged(next);
          }}
        />
      )}
    </>
  );
}

function TimelineEntry({
  version,
  share,
  onGoBack,
}: {
  readonly version: Version;
  /** Of the viewers who get it now. */
  readonly share: number;
  readonly onGoBack: () => void;
}): JSX.Element {
  const { version: number, message, published_at: at, published_by: by, bad } = version;
  const tone = share > 0 ? "is-live" : bad ? "is-bad" : "";
  return (
    <li class={`timeline-entry ${tone}`}>
      <span class="timeline-dot" aria-hidden="true" />
      <div class="card timeline-card">
        <div class="grow">
          <div class="row row-tight">
            <strong class="num">Version {number}</strong>
            {share > 0 && <Badge tone="good">LIVE {percent(share)}</Badge>}
            {bad && <Badge tone="bad">Taken back</Badge>}
          </div>
          <p class="timeline-message">
            {message ?? <span class="quiet">Published without a message</span>}
          </p>
          {bad?.message !== undefined && <p class="tone-bad">{bad.message}</p>}
          <p class="hint">
            <time dateTime={at} title={moment(at)}>
              {ago(at, Date.now())}
            </time>
            {by !== undefined && ` by ${by}`} · {byteSize(version.size_bytes)}
          </p>
        </div>
        {share < 1 && (
          <Button isSmall icon="undo" onClick={onGoBack}>
            Go to this
          </Button>
        )}
      </div>
    </li>
  );
}

export function UndoDialog({
  name,
  versions,
  to,
  onClose,
  onDone,
}: {
  readonly name: string;
  readonly versions: Versions;
  readonly to: number;
  readonly onClose: () => void;
  readonly onDone: (versions: Versions) => void;
}): JSX.Element {
  const [message, setMessage] = useState("");
  // What viewers get when it is opened is what is gone back from.
  const [{ etag, live }] = useState(versions);
  const goBack = async (signal: AbortSignal): Promise<void> => {
    const next = await rollBack(name, { to, message: message.trim() }, etag, signal);
    notify(`All viewers get version ${to}. DEVELOPMENT stays what it is.`);
    onDone(next);
  };
  return (
    <FormDialog
      title={`Give all viewers version ${to}`}
      doing={`go to version ${to}`}
      verb={`Go to version ${to}`}
      icon="undo"
      act={goBack}
      onClose={onClose}
    >
      <p>
        As soon as it is done, no new request runs version {live?.version}, which is marked as taken
        back. Your code in DEVELOPMENT is not touched.
      </p>
      <TextField
        label="Message"
        hint="Why; the history shows it"
        maxLength={1000}
        placeholder="/new answers 404"
        value={message}
        onText={setMessage}
      />
    </FormDialog>
  );
}
