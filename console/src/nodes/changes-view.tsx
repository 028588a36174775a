/** The audit, newest first: who did what, when, to what. What is looked for is in the address. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import {
  readChanges,
  type ChangesFilter,
  type ChangesPage,
  type DescribedChange,
} from "../api/changes.ts";
import { listStores } from "../api/key-value-stores.ts";
import { useData } from "../api/use-data.ts";
import { ago, moment } from "../base/quantities.ts";
import { useStore } from "../base/use-store.ts";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Field } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { notifyTrouble } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";
import { Link } from "../way/link.tsx";
import { navigate, place } from "../way/router.ts";
import { placeOfResource } from "./resource-place.ts";

const everyMs = 5000;
const pageSize = 50;

const fields = [
  ["resource", "Of what", "A name, id or ARN"],
  ["operation", "Operation", "Like UpdateFunction"],
  ["principal", "By whom", "An access key's id"],
] as const;

function pathOf(filter: ChangesFilter): string {
  const query = new URLSearchParams(
    Object.entries(filter).filter(([, value]) => value !== ""),
  ).toString();
  return query === "" ? "/nodes/changes" : `/nodes/changes?${query}`;
}

export function ChangesView(): JSX.Element {
  const { query } = useStore(place);
  const filter: ChangesFilter = {
    resource: query.get("resource") ?? "",
    operation: query.get("operation") ?? "",
    principal: query.get("principal") ?? "",
  };
  const key = JSON.stringify(filter);
  const isFiltered = Object.values(filter).some((value) => value !== "");
  const newest = useData(
    `changes ${key}`,
    (signal) => readChanges(filter, { limit: pageSize }, signal),
    { everyMs },
  );
  const [older, setOlder] = useState<{ key: string; pages: readonly ChangesPage[] }>();
  const pages = [...(newest.data ? [newest.data] : []), ...(older?.key === key ? older.pages : [])];
  // What is new moves the pages behind it: a change is shown where it came first.
  const shown = [
    ...new Map(pages.flatMap(({ items }) => items).map((each) => [each.revision, each])).values(),
  ].sort((a, b) => b.revision - a.revision);
  const marker = pages.at(-1)?.next_marker;
  // The ARN of a store has its id.
  const stores = useData("stores", listStores);
  const storeNames = new Map(stores.data?.map(({ arn, name }) => [arn, name]));
  const { isBusy, run: showOlder } = useAction(async () => {
    const page = await readChanges(filter, { limit: pageSize, after: marker });
    setOlder((before) => ({
      key,
      pages: [...(before?.key === key ? before.pages : []), page],
    }));
  }, notifyTrouble);

  return (
    <div class="stack">
      <Filter filter={filter} />
      {newest.error !== undefined && (
        <Trouble error={newest.error} doing="read the changes" onRetry={newest.reload} />
      )}
      {newest.data === undefined && newest.error === undefined && (
        <p class="quiet">Reading the changes …</p>
      )}
      {newest.data !== undefined && shown.length === 0 && marker === undefined && (
        <EmptyState
          icon="history"
          title={isFiltered ? "Nothing was changed so" : "Nothing was changed yet"}
          actions={
            isFiltered ? (
              <Button onClick={() => navigate("/nodes/changes")}>Show all changes</Button>
            ) : (
              <Button kind="primary" icon="plus" onClick={() => navigate("/functions?new")}>
                New function
              </Button>
            )
          }
        >
          <p>
            {isFiltered
              ? "A filter takes a whole name: of a resource its name, id or ARN, of an operation its name as AWS writes it."
              : "Each change stands here with who made it, from where and when: the console's, the CLI's, a deployment's."}
          </p>
        </EmptyState>
      )}
      {(shown.length > 0 || marker !== undefined) && (
        <section class="card" aria-label="Changes, newest first">
          <ol class="changes-list">
            {shown.map((change) => (
              <Change
                key={change.revision}
                change={change}
                filter={filter}
                store={storeNames.get(change.resource)}
              />
            ))}
          </ol>
          <p class="table-more row">
            {marker === undefined ? (
              `Nothing older ${isFiltered ? "is like this" : "is kept"}.`
            ) : (
              <Button isSmall isBusy={isBusy} onClick={showOlder}>
                {shown.length === 0 ? "Look further back" : "Show older"}
              </Button>
            )}
          </p>
        </section>
      )}
    </div>
  );
}

function Filter({ filter }: { readonly filter: ChangesFilter }): JSX.Element {
  const [given, setGiven] = useState(filter);
  useEffect(() => setGiven(filter), [JSON.stringify(filter)]);
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        navigate(pathOf(given));
      }}
    >
      {fields.map(([name, label, example]) => (
        <Field key={name} label={label}>
          {(id) => (
            <input
              id={id}
              type="search"
              class="input"
              spellcheck={false}
              placeholder={example}
              value={given[name]}
              onInput={(event) => setGiven({ ...given, [name]: event.currentTarget.value.trim() })}
            />
          )}
        </Field>
      ))}
      <Button type="submit" icon="search">
        Filter
      </Button>
    </form>
  );
}

function Change({
  change,
  filter,
  store,
}: {
  readonly change: DescribedChange;
  readonly filter: ChangesFilter;
  /** The name of the key value store that was changed, where it is one that is there. */
  readonly store: string | undefined;
}): JSX.Element {
  const { revision, at, principal, operation, resource, fact } = change;
  const { kind, name, to } = placeOfResource(resource, store);
  const [isOpen, setOpen] = useState(false);
  const label = `${operation} at revision ${revision}`;
  return (
    <li class="change">
      <button
        type="button"
        class="change-open"
        aria-expanded={isOpen}
        aria-label={`What ${label} changed`}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={isOpen ? "down" : "right"} />
        <span class="num">{revision}</span>
      </button>
      <div class="change-what">
        <strong>{operation.replace(/^footlight:/, "")}</strong>{" "}
        <span class="breaks">
          {kind !== "" && <span class="quiet">{kind} </span>}
          {to === undefined ? name : <Link to={to}>{name}</Link>}
        </span>
      </div>
      <div class="change-who">
        <Link to={pathOf({ ...filter, principal })} label={`Only changes by ${principal}`}>
          {principal}
        </Link>
        <span class="quiet"> from {change.source_ip}</span>
      </div>
      <time class="change-when quiet num" dateTime={at} title={moment(at)}>
        {ago(at, Date.now())}
      </time>
      {isOpen && (
        <div class="change-fact">
          <p class="hint">
            {moment(at)}, request <span class="mono breaks">{change.request_id}</span>.{" "}
            <Link to={pathOf({ resource, operation: "", principal: "" })}>
              All changes of this {kind}
            </Link>
          </p>
          <pre class="log-lines" tabIndex={0} aria-label={`${label}, as JSON`}>
            {JSON.stringify(fact, undefined, 2)}
          </pre>
        </div>
      )}
    </li>
  );
}
