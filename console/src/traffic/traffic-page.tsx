/** What viewers ask just now: charts of the last minutes, and the requests as they come, narrowed down by what is in the address. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { readMetrics } from "../api/metrics.ts";
import { listTraces, readCacheCounts, type CacheCounts, type ListedTrace } from "../api/traces.ts";
import { useData } from "../api/use-data.ts";
import { shortCount } from "../base/quantities.ts";
import { useStore } from "../base/use-store.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { later } from "../parts/later.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { addCommands } from "../way/palette-commands.ts";
import { navigate, place } from "../way/router.ts";
import type { ShownRequests } from "./live-requests.ts";
import { TrafficFilters } from "./traffic-filters.tsx";
import { countsOf, trafficMetrics, TrafficHistory, type TrafficPoint } from "./traffic-history.ts";
import { shownMax, useLiveRequests } from "./use-live-requests.ts";

const TrafficCharts = later(async () => (await import("./traffic-charts.tsx")).TrafficCharts);

const chartsMs = 2500;

/** Beyond the view, so that the lines go on when one comes back. */
const history = new TrafficHistory();
const noFilter = {
  ...{ path: "", status: "", result: "", function: "", distribution: "", behavior: "" },
  country: "",
};

interface Reading {
  readonly metrics: Awaited<ReturnType<typeof readMetrics>>;
  /** Undefined where this node has none, or they may not be read. */
  readonly cache: CacheCounts | undefined;
  readonly traces: readonly ListedTrace[];
}

/** @param known the newest requests, where the page has them already */
async function readTraffic(
  known: readonly ListedTrace[] | undefined,
  signal: AbortSignal,
): Promise<Reading> {
  const orNone = <Data,>(reading: Promise<Data>): Promise<Data | undefined> =>
    reading.catch(() => undefined);
  const [metrics, cache, traces] = await Promise.all([
    readMetrics(trafficMetrics, signal),
    orNone(readCacheCounts(signal)),
    known ?? orNone(listTraces(noFilter, shownMax, signal).then(({ items }) => items)),
  ]);
  return { metrics, cache, traces: traces ?? [] };
}

export function TrafficPage(): JSX.Element {
  const known = useRef<readonly ListedTrace[] | undefined>(undefined);
  const traffic = useData("traffic of all", (signal) => readTraffic(known.current, signal), {
    everyMs: chartsMs,
  });
  const [points, setPoints] = useState<readonly TrafficPoint[]>(history.points);
  useEffect(() => {
    const { data } = traffic;
    if (data === undefined) return;
    history.add(countsOf(data.metrics, data.cache), data.traces, performance.now());
    setPoints(history.points);
  }, [traffic.data]);
  return (
    <>
      <header class="page-head">
        <div>
          <h1>Traffic</h1>
          <p class="quiet">What viewers ask, what they get, and why.</p>
        </div>
      </header>
      <div class="stack">
        {traffic.error !== undefined && (
          <Trouble error={traffic.error} doing="read the metrics" onRetry={traffic.reload} />
        )}
        <section class="card card-body" aria-label="The last minutes">
          <TrafficCharts points={points} />
        </section>
        <Requests
          onAll={(items) => {
            known.current = items;
          }}
        />
      </div>
    </>
  );
}

function Requests({
  onAll,
}: {
  /** Told the newest of all requests, or undefined where what is shown is not that. */
  readonly onAll: (items: readonly ListedTrace[] | undefined) => void;
}): JSX.Element {
  const { query } = useStore(place);
  const [isPaused, setPaused] = useState(false);
  const wanted = (name: string): string => query.get(name) ?? "";
  const filter = {
    ...{ path: wanted("path"), status: wanted("status"), result: wanted("result") },
    function: wanted("function"),
    ...{ distribution: wanted("distribution"), behavior: wanted("behavior") },
    country: wanted("country"),
  };
  const isFiltered = query.size > 0;
  const { shown, error, reload } = useLiveRequests(filter, isPaused);
  const items = shown?.items ?? [];
  useEffect(() => onAll(isFiltered || isPaused ? undefined : shown?.items));
  useEffect(
    () =>
      addCommands("traffic", async () => [
        {
          ...{ id: "pause", label: isPaused ? "Follow the traffic" : "Pause the traffic" },
          ...{ group: "Traffic", icon: isPaused ? ("play" as const) : ("pause" as const) },
          run: () => setPaused(!isPaused),
        },
        {
          ...{ id: "errors only", label: "Errors only", group: "Traffic", icon: "alert" as const },
          run: () => navigate("/traffic?result=Error"),
        },
      ]),
    [isPaused],
  );
  return (
    <>
      <TrafficFilters isPaused={isPaused} onPause={() => setPaused(!isPaused)} />
      {error !== undefined && <Trouble error={error} doing="read the requests" onRetry={reload} />}
      {shown !== undefined && items.length === 0 && (
        <EmptyState
          icon="traffic"
          title={isFiltered ? "No request that is kept is like this" : "No viewer has come yet"}
          actions={
            isFiltered ? (
              <Button onClick={() => navigate("/traffic")}>Show all requests</Button>
            ) : (
              <Button icon="distribution" onClick={() => navigate("/distributions")}>
                Open a distribution
              </Button>
            )
          }
        >
          <p>
            {isFiltered
              ? "A path is looked for as a whole, or by how it begins with * at its end."
              : "As soon as one asks for something of a distribution it stands here, with all that was decided on its way."}
          </p>
        </EmptyState>
      )}
      {shown !== undefined && items.length > 0 && <RequestTable shown={shown} />}
    </>
  );
}

function RequestTable({
  shown: { items, kept, lost, missed },
}: {
  readonly shown: ShownRequests;
}): JSX.Element {
  return (
    <section class="card" aria-label="Requests, newest first">
      <div class="table-card">
        <table class="table requests">
          <thead>
            <tr>
              <th scope="col" class="is-mid">
                Time
              </th>
              <th scope="col">Request</th>
              <th scope="col">Status</th>
              <th scope="col" class="is-mid">
                Result
              </th>
              <th scope="col" class="is-wide">
                Functions
              </th>
              <th scope="col" class="is-mid">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((trace) => (
              <tr key={trace.id}>
                <td class="is-mid num quiet nowrap">{clock(trace.at)}</td>
                <th scope="row">
                  <Link to={`/traffic/${encodeURIComponent(trace.id)}`} class="row-link breaks">
                    {trace.method} {trace.path}
                  </Link>
                  <span class="row-note">
                    {trace.host}
                    {trace.country !== undefined && ` · ${trace.country}`}
                  </span>
                </th>
                <td>
                  <Badge tone={toneOf(trace.status)}>{trace.status}</Badge>
                </td>
                <td class="is-mid breaks">{trace.result}</td>
                <td class="is-wide breaks">{trace.functions.join(", ") || "–"}</td>
                <td class="is-mid num nowrap">{milliseconds(trace.took_ms)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="table-more">
        The newest {items.length} of {shortCount(kept)} that are kept
        {missed > 0 && `; ${shortCount(missed)} of them came faster than they are shown here`}
        {lost > 0 && `; ${shortCount(lost)} more came faster than they could be written down`}.
      </p>
    </section>
  );
}

export function toneOf(status: number): Tone {
  if (status >= 500 || status === 0) return "bad";
  if (status >= 400) return "warn";
  return status >= 300 ? "accent" : "good";
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;
}

/** By the clock of who looks. */
function clock(time: string): string {
  return new Date(time).toLocaleTimeString("en-GB");
}
