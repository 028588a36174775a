/** The code of a function, and events to run it on. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { checkSource, type RunCosts } from "../api/runs.ts";
import { byteSize } from "../base/quantities.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { CodeEditor, type Spot } from "../parts/code-editor.tsx";
import { completeFunction } from "./complete-function.ts";
import { EventsPane } from "./events-pane.tsx";
import { lineMarks } from "./line-marks.ts";
import type { Draft } from "./use-draft.ts";

/** CloudFront's, for a function's code. */
const sourceMaxBytes = 10_240;

export function Workbench({
  name,
  draft,
  onSave,
}: {
  readonly name: string;
  readonly draft: Draft;
  readonly onSave: () => void;
}): JSX.Element {
  const [runs, setRuns] = useState(0);
  const [counts, setCounts] = useState<Counts>();
  const [costs, setCosts] = useState<RunCosts>();
  const [spot, setSpot] = useState<Spot>();
  const marks = useMemo(() => lineMarks(costs), [costs]);
  const { source, settings } = draft;
  const bytes = new TextEncoder().encode(source).length;
  const run = (): void => setRuns((before) => before + 1);
  // Effects come after the next painting, and keys may come before.
  const latest = useRef({ onSave, run });
  latest.current = { onSave, run };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      if (event.key === "s") latest.current.onSave();
      else if (event.key === "Enter") latest.current.run();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);

  return (
    <>
      {draft.isOutdated && <Outdated draft={draft} />}
      <div class="workbench">
        <section class="card code-card" aria-label="Code">
          <div class="card-head">
            <h2>
              Code
              {draft.isChanged && <span class="unsaved"> · not saved</span>}
            </h2>
            <div class="row">
              <Complaints counts={counts} />
              <span class={bytes > sourceMaxBytes ? "num tone-bad" : "num quiet"}>
                {byteSize(bytes)} of {byteSize(sourceMaxBytes)}
              </span>
            </div>
          </div>
          <div class="code-area">
            <CodeEditor
              key={`${name} ${settings.runtime}`}
              label={`Code of ${name}`}
              language="javascript"
              value={source}
              onChange={(next) => draft.change({ source: next })}
              check={async (text) => {
                const found = await checkSource(text, settings.runtime).catch(() => undefined);
                if (found === undefined) {
                  setCounts(undefined);
                  return [];
                }
                const errors = found.filter(({ severity }) => severity === "error").length;
                setCounts({ errors, warnings: found.length - errors });
                return found;
              }}
              complete={completeFunction}
              marks={marks}
              spot={spot}
            />
          </div>
        </section>
        <EventsPane
          key={name}
          {...{ name, source, runs }}
          onCosts={setCosts}
          onGoTo={({ line, column }) => setSpot({ line, column })}
        />
      </div>
    </>
  );
}

interface Counts {
  readonly errors: number;
  readonly warnings: number;
}

/** @param counts undefined where nobody has looked yet */
function Complaints({ counts }: { readonly counts: Counts | undefined }): JSX.Element {
  const { errors = 0, warnings = 0 } = counts ?? {};
  const isFine = errors + warnings === 0;
  return (
    <span class="complaints" role="status">
      {counts === undefined ? (
        <span class="quiet">Not checked yet</span>
      ) : isFine ? (
        <span class="tone-good">
          <Icon name="check" /> CloudFront takes it
        </span>
      ) : (
        <>
          {errors > 0 && (
            <span class="tone-bad">
              <Icon name="alert" /> {errors} {errors === 1 ? "error" : "errors"}
            </span>
          )}
          {warnings > 0 && (
            <span class="tone-warn">
              <Icon name="info" /> {warnings} {warnings === 1 ? "warning" : "warnings"}
            </span>
          )}
        </>
      )}
    </span>
  );
}

function Outdated({ draft }: { readonly draft: Draft }): JSX.Element {
  return (
    <div class="note note-warn outdated" role="alert">
      <Icon name="alert" />
      <div class="trouble-text">
        <strong>Somebody else has saved this function since you began</strong>
        <p>What you have typed is still here. Compare shows both; then choose which goes on.</p>
      </div>
      <div class="row">
        <Button isSmall onClick={draft.takeSaved}>
          Take theirs
        </Button>
        <Button isSmall onClick={draft.keepMine}>
          Go on with mine
        </Button>
      </div>
    </div>
  );
}
