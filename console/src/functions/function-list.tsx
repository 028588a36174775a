/** All functions: what is LIVE, what is ahead of it, and what each does to viewers just now. */
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { listFunctions, type FunctionEntry } from "../api/functions.ts";
import { readMetrics } from "../api/metrics.ts";
import { useData } from "../api/use-data.ts";
import { ago, percent, shortCount } from "../base/quantities.ts";
import { useStore } from "../base/use-store.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { FilterBar } from "../parts/filter-bar.tsx";
import { Sparkline } from "../parts/sparkline.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { navigate, place } from "../way/router.ts";
import { readingOf, TrafficHistory } from "./function-traffic.ts";
import { NewFunction } from "./new-function.tsx";

const trafficMs = 2500;
const listMs = 15_000;
/** Rows that are drawn at first, and more each time. */
const rowsAtOnce = 50;

/** Beyond the view, so that the lines go on when one comes back. */
const history = new TrafficHistory();

export function FunctionList(): JSX.Element {
  const { query } = useStore(place);
  const isNew = query.has("new");
  const [search, setSearch] = useState("");
  const functions = useData("functions", listFunctions, { everyMs: listMs });
  const traffic = useData("traffic", readMetrics, { everyMs: trafficMs });
  const [, setDrawn] = useState(0);
  const [shownMax, setShownMax] = useState(rowsAtOnce);
  useEffect(() => {
    if (traffic.data === undefined) return;
    history.add(readingOf(traffic.data), performance.now());
    setDrawn((before) => before + 1);
  }, [traffic.data]);
  const found = useMemo(() => filtered(functions.data ?? [], search), [functions.data, search]);
  const openNew = (): void => navigate("/functions?new");

  return (
    <>
      <header class="page-head">
        <div>
          <h1>Functions</h1>
          <p class="quiet">Code that runs on every request, before the cache and after it.</p>
        </div>
        <Button kind="primary" icon="plus" onClick={openNew}>
          New function
        </Button>
      </header>
      {functions.error !== undefined && functions.data === undefined && (
        <Trouble error={functions.error} doing="read the functions" onRetry={functions.reload} />
      )}
      {functions.data?.length === 0 && <FirstFunction onNew={openNew} />}
      {(functions.data?.length ?? 0) > 0 && (
        <>
          <FilterBar
            of="functions"
            by="name or comment"
            search={search}
            onSearch={setSearch}
            found={found.length}
            all={functions.data?.length ?? 0}
          />
          <div class="card table-card">
            <table class="table fn-table">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Stages</th>
                  <th scope="col" class="is-wide">
                    Requests
                  </th>
                  <th scope="col" class="is-wide">
                    Errors
                  </th>
                  <th scope="col" class="is-wide">
                    Utilization
                  </th>
                  <th scope="col" class="is-mid">
                    Changed
                  </th>
                </tr>
              </thead>
              <tbody>
                {found.slice(0, shownMax).map((entry) => (
                  <Row key={entry.name} entry={entry} />
                ))}
              </tbody>
            </table>
            {found.length > shownMax && (
              <p class="table-more row">
                <Button isSmall onClick={() => setShownMax((before) => before + rowsAtOnce)}>
                  Show more
                </Button>
                {found.length - shownMax} are left; a part of the name finds them, too.
              </p>
            )}
            {found.length === 0 && <p class="table-more">No function is called so.</p>}
          </div>
        </>
      )}
      {functions.data === undefined && functions.error === undefined && <Skeleton />}
      {isNew && (
        <NewFunction
          known={functions.data?.map(({ name }) => name) ?? []}
          onClose={() => navigate("/functions", { replaces: true })}
        />
      )}
    </>
  );
}

function filtered(functions: readonly FunctionEntry[], search: string): readonly FunctionEntry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return functions;
  return functions.filter(({ name, comment }) => {
    const text = `${name} ${comment}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function Row({ entry }: { readonly entry: FunctionEntry }): JSX.Element {
  const { name, comment, modifiedAt } = entry;
  const points = history.pointsOf(name);
  const last = points.at(-1);
  const totals = history.totalsOf(name);
  const errorShare = totals.runs === 0 ? 0 : totals.errors / totals.runs;
  const utilization = totals.utilized === 0 ? undefined : totals.utilization / totals.utilized;
  return (
    <tr>
      <th scope="row">
        <Link to={`/functions/${encodeURIComponent(name)}`} class="row-link">
          {name}
        </Link>
        {comment !== "" && <span class="row-note">{comment}</span>}
      </th>
      <td>
        <Stages entry={entry} />
      </td>
      <td class="is-wide">
        <div class="metric">
          <Sparkline values={points.map(({ rate }) => rate)} label={`Requests of ${name}`} />
          <span class="num">{last ? `${shortCount(last.rate)}/s` : shortCount(totals.runs)}</span>
        </div>
      </td>
      <td class="is-wide">
        <div class="metric">
          <Sparkline
            values={points.map((point) => point.errorShare)}
            tone={errorShare > 0 ? "bad" : "quiet"}
            max={Math.max(0.05, ...points.map((point) => point.errorShare ?? 0))}
            label={`Errors of ${name}`}
          />
          <span class={errorShare > 0 ? "num tone-bad" : "num"}>
            {totals.runs === 0 ? "–" : percent(errorShare)}
          </span>
        </div>
      </td>
      <td class="is-wide">
        <div class="metric">
          <Sparkline
            values={points.map((point) => point.utilization)}
            tone="quiet"
            max={100}
            label={`Compute utilization of ${name}`}
          />
          <span class="num">
            {utilization === undefined ? "–" : `${Math.round(utilization)} %`}
          </span>
        </div>
      </td>
      <td class="is-mid quiet nowrap">{ago(modifiedAt, Date.now())}</td>
    </tr>
  );
}

function Stages({ entry }: { readonly entry: FunctionEntry }): JSX.Element {
  const { isPublished, isAhead, status } = entry;
  return (
    <span class="row row-tight">
      {isPublished ? (
        <Badge tone="good" title="Published: viewers get it where a distribution uses it">
          LIVE
        </Badge>
      ) : (
        <Badge title="Never published: no viewer gets it">Unpublished</Badge>
      )}
      {isPublished && isAhead && (
        <Badge tone="warn" title="DEVELOPMENT holds what LIVE does not">
          Changes
        </Badge>
      )}
      {isPublished && status === "UNASSOCIATED" && (
        <Badge title="No distribution uses it">Unused</Badge>
      )}
      {status === "IN_PROGRESS" && <Badge tone="accent">Deploying</Badge>}
    </span>
  );
}

function FirstFunction({ onNew }: { readonly onNew: () => void }): JSX.Element {
  return (
    <EmptyState
      icon="function"
      title="Write your first function"
      actions={
        <Button kind="primary" icon="plus" onClick={onNew}>
          New function
        </Button>
      }
    >
      <p>
        A function reads and changes each request or response: rewrite a path, redirect, check a
        token, add a header. You test it here on events, publish it, and every viewer gets it at
        once. If it was wrong, one click takes it back.
      </p>
    </EmptyState>
  );
}

function Skeleton(): JSX.Element {
  return (
    <div class="card skeleton" aria-hidden="true">
      {[0, 1, 2, 3].map((each) => (
        <div key={each} class="skeleton-row" />
      ))}
    </div>
  );
}
