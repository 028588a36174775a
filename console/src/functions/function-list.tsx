/** All functions: what is LIVE, what is ahead of it, and what each does to viewers just now. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { listFunctions, type FunctionEntry } from "../api/functions.ts";
import { readMetrics } from "../api/metrics.ts";
import { useData } from "../api/use-data.ts";
import { ago, percent, shortCount } from "../base/quantities.ts";
import { useStore } from "../base/use-store.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { ListTable, type Column } from "../parts/list-table.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { Sparkline } from "../parts/sparkline.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { navigate, place } from "../way/router.ts";
import { functionMetrics, readingOf, TrafficHistory } from "./function-traffic.ts";
import { NewFunction } from "./new-function.tsx";

const trafficMs = 2500;
const listMs = 15_000;

/** Beyond the view, so that the lines go on when one comes back. */
const history = new TrafficHistory();

export function FunctionList(): JSX.Element {
  const { query } = useStore(place);
  const isNew = query.has("new");
  const functions = useData("functions", listFunctions, { everyMs: listMs });
  const traffic = useData("traffic", (signal) => readMetrics(functionMetrics, signal), {
    everyMs: trafficMs,
  });
  const [, setDrawn] = useState(0);
  useEffect(() => {
    if (traffic.data === undefined) return;
    history.add(readingOf(traffic.data), performance.now());
    setDrawn((before) => before + 1);
  }, [traffic.data]);
  const openNew = (): void => navigate("/functions?new");

  return (
    <>
      <header class="page-head">
        <div>
          <h1>Functions</h1>
          <p class="quiet">Code that runs on every request, before the cache and after it.</p>
        </div>
        {functions.data?.length !== 0 && (
          <Button kind="primary" icon="plus" onClick={openNew}>
            New function
          </Button>
        )}
      </header>
      {functions.error !== undefined && functions.data === undefined && (
        <Trouble error={functions.error} doing="read the functions" onRetry={functions.reload} />
      )}
      {functions.data?.length === 0 && <FirstFunction onNew={openNew} />}
      {functions.data !== undefined && functions.data.length > 0 && (
        <ListTable
          of="functions"
          by="name or comment"
          items={functions.data}
          keyOf={({ name }) => name}
          textOf={({ name, comment }) => `${name} ${comment}`}
          columns={columns}
        />
      )}
      {functions.data === undefined && functions.error === undefined && (
        <Skeleton of="the functions" />
      )}
      {isNew && (
        <NewFunction
          known={functions.data?.map(({ name }) => name) ?? []}
          onClose={() => navigate("/functions", { replaces: true })}
        />
      )}
    </>
  );
}

const columns: readonly Column<FunctionEntry>[] = [
  {
    name: "Name",
    cell: ({ name, comment }) => (
      <>
        <Link to={`/functions/${encodeURIComponent(name)}`} class="row-link breaks">
          {name}
        </Link>
        {comment !== "" && (
          <span class="row-note" dir="auto">
            {comment}
          </span>
        )}
      </>
    ),
  },
  { name: "Stages", cell: (entry) => <Stages entry={entry} /> },
  { name: "Requests", room: "wide", cell: ({ name }) => <Requests name={name} /> },
  { name: "Errors", room: "wide", cell: ({ name }) => <Errors name={name} /> },
  { name: "Utilization", room: "wide", cell: ({ name }) => <Utilization name={name} /> },
  {
    ...{ name: "Changed", room: "mid", class: "quiet nowrap" },
    cell: ({ modifiedAt }) => ago(modifiedAt, Date.now()),
  },
];

function Requests({ name }: { readonly name: string }): JSX.Element {
  const points = history.pointsOf(name);
  const last = points.at(-1);
  return (
    <div class="metric">
      <Sparkline values={points.map(({ rate }) => rate)} label={`Requests of ${name}`} />
      <span class="num">
        {last
          ? `${shortCount(last.rate)}/s`
          : history.isRead
            ? shortCount(history.totalsOf(name).runs)
            : "–"}
      </span>
    </div>
  );
}

function Errors({ name }: { readonly name: string }): JSX.Element {
  const shares = history.pointsOf(name).map(({ errorShare }) => errorShare);
  const { runs, errors } = history.totalsOf(name);
  const share = runs === 0 ? 0 : errors / runs;
  return (
    <div class="metric">
      <Sparkline
        values={shares}
        tone={share > 0 ? "bad" : "quiet"}
        max={Math.max(0.05, ...shares.map((each) => each ?? 0))}
        label={`Errors of ${name}`}
      />
      <span class={share > 0 ? "num tone-bad" : "num"}>{runs === 0 ? "–" : percent(share)}</span>
    </div>
  );
}

function Utilization({ name }: { readonly name: string }): JSX.Element {
  const { utilization, utilized } = history.totalsOf(name);
  return (
    <div class="metric">
      <Sparkline
        values={history.pointsOf(name).map((point) => point.utilization)}
        tone="quiet"
        max={100}
        label={`Compute utilization of ${name}`}
      />
      <span class="num">{utilized === 0 ? "–" : `${Math.round(utilization / utilized)} %`}</span>
    </div>
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
