/** What the edge keeps of a distribution: one URL looked up, and paths made unusable. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import {
  invalidate,
  listInvalidations,
  lookUpInCache,
  readInvalidatedPaths,
  type CacheLookup,
  type Invalidation,
} from "../api/cache.ts";
import type { Distribution } from "../api/distributions.ts";
import { listNodes } from "../api/nodes.ts";
import { useData } from "../api/use-data.ts";
import { capitalized } from "../base/capitalized.ts";
import { ago, byteSize, span } from "../base/quantities.ts";
import { useStore } from "../base/use-store.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Field } from "../parts/field.tsx";
import { TextField } from "../parts/text-field.tsx";
import { Progress } from "../parts/progress.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";
import { navigate, place } from "../way/router.ts";

const lookUpMs = 3000;
/** Newest invalidations that are listed. */
const shownMax = 10;

export function CacheView({ distribution }: { readonly distribution: Distribution }): JSX.Element {
  return (
    <div class="stack">
      <LookUp distribution={distribution} />
      <Invalidate distribution={distribution.id} />
    </div>
  );
}

function LookUp({ distribution }: { readonly distribution: Distribution }): JSX.Element {
  const { id, domain_name: domain } = distribution;
  const { query } = useStore(place);
  const asked = query.get("url") ?? "";
  const [given, setGiven] = useState(asked);
  const url = asked.startsWith("/") ? `http://${domain}${asked}` : asked;
  const found = useData(
    asked === "" ? undefined : `cache ${url}`,
    (signal) => lookUpInCache(url, signal),
    { everyMs: lookUpMs },
  );
  return (
    <section class="card" aria-label="Look a URL up">
      <div class="card-head">
        <h2>Is it kept?</h2>
      </div>
      <div class="card-body stack">
        <form
          class="ask-line"
          onSubmit={(event) => {
            event.preventDefault();
            const search = `?url=${encodeURIComponent(given)}`;
            navigate(`/distributions/${encodeURIComponent(id)}/cache${search}`);
            found.reload();
          }}
        >
          <TextField
            label="URL or path"
            hint="As the viewer-request function leaves it: that is what the key is made of"
            isCode
            required
            placeholder="/index.html"
            value={given}
            onText={setGiven}
          />
          <Button type="submit" icon="search">
            Look up
          </Button>
        </form>
        {found.error !== undefined && <Trouble error={found.error} doing="look it up" />}
        {found.data && <Found lookup={found.data} id={id} />}
      </div>
    </section>
  );
}

function Found({ lookup, id }: { readonly lookup: CacheLookup; readonly id: string }): JSX.Element {
  const { key, behavior, variants, never_kept: never, not_stored: notStored } = lookup;
  const why = never?.because ?? notStored?.because ?? "no viewer has asked for it, or it had to go";
  return (
    <div class="stack stack-tight" role="status">
      <p>
        {variants.length === 0 ? (
          <>
            <Badge>Not kept</Badge> {capitalized(why)}
          </>
        ) : (
          <>
            <Badge tone="good">Kept</Badge> by behavior <code>{behavior.path_pattern}</code>
            {behavior.cache_policy && ` with ${behavior.cache_policy.name}`}
          </>
        )}
      </p>
      {lookup.distribution !== id && (
        <p class="tone-warn">Another distribution answers to this host: {lookup.distribution}</p>
      )}
      {key !== undefined && (
        <p class="hint">
          Key <span class="mono breaks">{key}</span>
        </p>
      )}
      {variants.length > 0 && (
        <div class="table-card">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Status</th>
                <th scope="col">Size</th>
                <th scope="col">Age</th>
                <th scope="col" class="is-mid">
                  Type
                </th>
                <th scope="col" class="is-mid">
                  Fresh for
                </th>
              </tr>
            </thead>
            <tbody>
              {variants.map((variant, index) => (
                <tr key={index}>
                  <td>
                    <Badge tone={variant.condition === "fresh" ? "good" : "warn"}>
                      {capitalized(variant.condition)}
                    </Badge>
                  </td>
                  <td class="num">{variant.status}</td>
                  <td class="num nowrap">{byteSize(variant.bytes)}</td>
                  <td class="num nowrap">{span(variant.age_seconds)}</td>
                  <td class="is-mid breaks">{variant.content_type ?? "–"}</td>
                  <td class="is-mid num nowrap">{freshFor(variant.fresh_until)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function freshFor(time: string): string {
  const seconds = (Date.parse(time) - Date.now()) / 1000;
  return seconds <= 0 ? "no longer" : span(seconds);
}

function Invalidate({ distribution }: { readonly distribution: string }): JSX.Element {
  const [text, setText] = useState("/*");
  const [isWatched, setWatched] = useState(false);
  const all = useData(
    `invalidations ${distribution}`,
    (signal) => listInvalidations(distribution, signal),
    { everyMs: isWatched ? 500 : 10_000 },
  );
  const items = all.data ?? [];
  const isOn = items.some(({ status }) => status !== "Completed");
  if (isWatched !== isOn) setWatched(isOn);
  const { isBusy, error, run } = useAction(async () => {
    const paths = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
    await invalidate(distribution, paths);
    notify(paths.length === 1 ? "Invalidated 1 path" : `Invalidated ${paths.length} paths`);
    all.reload();
  });
  return (
    <section class="card" aria-label="Invalidate">
      <div class="card-head">
        <h2>Invalidate</h2>
      </div>
      <div class="card-body stack">
        {error !== undefined && <Trouble error={error} doing="invalidate" />}
        <form
          class="stack stack-tight"
          onSubmit={(event) => {
            event.preventDefault();
            run();
          }}
        >
          <Field label="Paths" hint="One a line; * at its end is whatever follows">
            {(id) => (
              <textarea
                id={id}
                class="input mono"
                required
                spellcheck={false}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
            )}
          </Field>
          <div class="row">
            <Button type="submit" icon="renew" isBusy={isBusy}>
              Invalidate
            </Button>
          </div>
        </form>
        {isOn && <Spreading />}
        {all.error !== undefined && <Trouble error={all.error} doing="read the invalidations" />}
        {all.data?.length === 0 && (
          <EmptyState icon="history" title="Nothing was invalidated yet">
            <p>
              When the origin has something new before the old is stale, name its path: the next
              viewer gets the new one, from every edge.
            </p>
          </EmptyState>
        )}
        {items.length > 0 && (
          <ul class="invalidations" aria-label="Invalidations, newest first">
            {items.slice(0, shownMax).map((each) => (
              <Row key={each.id} invalidation={each} distribution={distribution} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** How many edges have the newest change, which the invalidation is or is part of. */
function Spreading(): JSX.Element | null {
  const nodes = useData("nodes", listNodes, { everyMs: 1000 });
  if (nodes.data === undefined) return null;
  const { revision, items } = nodes.data;
  const edges = items.filter(({ kind, state }) => kind !== "control" && state !== "gone");
  const done = edges.filter((edge) => edge.revision >= revision).length;
  return (
    <Progress
      label="Edges that have it"
      done={done}
      all={edges.length}
      text={`${done} of ${edges.length} edges have it`}
    />
  );
}

function Row({
  invalidation,
  distribution,
}: {
  readonly invalidation: Invalidation;
  readonly distribution: string;
}): JSX.Element {
  const { id, create_time: at, status } = invalidation;
  const paths = useData(`paths ${id}`, () => readInvalidatedPaths(distribution, id));
  return (
    <li class="invalidation">
      <Badge tone={status === "Completed" ? "good" : "accent"}>
        {status === "Completed" ? "Completed" : "In progress"}
      </Badge>
      <span class="mono breaks grow">{paths.data?.join("  ") ?? id}</span>
      <span class="quiet nowrap">{ago(at, Date.now())}</span>
    </li>
  );
}
