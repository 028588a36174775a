/** All key value stores, and which functions read each. */
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { listFunctions, type FunctionEntry } from "../api/functions.ts";
import { createStore, listStores, type StoreEntry } from "../api/key-value-stores.ts";
import { useData, type Loaded } from "../api/use-data.ts";
import { firstNames } from "../base/first-names.ts";
import { ago } from "../base/quantities.ts";
import { useStore } from "../base/use-store.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { TextField } from "../parts/text-field.tsx";
import { FormDialog } from "../parts/form-dialog.tsx";
import { ListTable, type Column } from "../parts/list-table.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { navigate, place } from "../way/router.ts";

const everyMs = 10_000;

export function StoreList(): JSX.Element {
  const { query } = useStore(place);
  const stores = useData("stores", listStores, { everyMs });
  const functions = useData("functions", listFunctions);
  const columns = useMemo(() => columnsWith(functions), [functions.data, functions.isReading]);
  const openNew = (): void => navigate("/stores?new");
  const newButton = (
    <Button kind="primary" icon="plus" onClick={openNew}>
      New store
    </Button>
  );
  return (
    <>
      <header class="page-head">
        <div>
          <h1>Key value stores</h1>
          <p class="quiet">What functions look up while they run, changed without a publish.</p>
        </div>
        {stores.data?.length !== 0 && newButton}
      </header>
      {stores.error !== undefined && stores.data === undefined && (
        <Trouble error={stores.error} doing="read the stores" onRetry={stores.reload} />
      )}
      {stores.data === undefined && stores.error === undefined && <Skeleton of="the stores" />}
      {stores.data?.length === 0 && (
        <EmptyState icon="store" title="Make your first store" actions={newButton}>
          <p>
            Redirects, flags, prices: a function reads them with <code>cf.kvs().get(key)</code>, and
            what you change here every edge has at once. Import a file, or type the first key.
          </p>
        </EmptyState>
      )}
      {stores.data !== undefined && stores.data.length > 0 && (
        <ListTable
          of="stores"
          by="name or comment"
          items={stores.data}
          keyOf={({ arn }) => arn}
          textOf={({ name, comment }) => `${name} ${comment}`}
          columns={columns}
        />
      )}
      {query.has("new") && <NewStore onClose={() => navigate("/stores", { replaces: true })} />}
    </>
  );
}

function columnsWith(functions: Loaded<readonly FunctionEntry[]>): readonly Column<StoreEntry>[] {
  const readers = new Map<string, string[]>();
  for (const { name, keyValueStores } of functions.data ?? []) {
    for (const arn of keyValueStores) {
      const names = readers.get(arn);
      if (names === undefined) readers.set(arn, [name]);
      else names.push(name);
    }
  }
  const none = functions.isReading
    ? "Reading …"
    : functions.data === undefined
      ? "Could not be read"
      : "No function";
  return [
    {
      name: "Name",
      cell: ({ name, comment }) => (
        <>
          <Link to={`/stores/${encodeURIComponent(name)}`} class="row-link breaks">
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
    {
      ...{ name: "Read by", class: "breaks" },
      cell: ({ arn }) => {
        const names = readers.get(arn);
        if (names === undefined) return <span class="quiet">{none}</span>;
        const { shown, rest } = firstNames(names);
        return `${shown.join(", ")}${rest}`;
      },
    },
    {
      ...{ name: "State", room: "mid" },
      cell: ({ status }) => (
        <Badge tone={status === "READY" ? "good" : "accent"}>
          {status === "READY" ? "Ready" : status.toLowerCase()}
        </Badge>
      ),
    },
    {
      ...{ name: "Changed", room: "mid", class: "quiet nowrap" },
      cell: ({ last_modified_time: at }) => ago(at, Date.now()),
    },
  ];
}

function NewStore({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const [name, setName] = useState("");
  const [comment, setComment] = useState("");
  const create = async (signal: AbortSignal): Promise<void> => {
    await createStore(name, comment, signal);
    navigate(`/stores/${encodeURIComponent(name)}`, { replaces: true });
  };
  return (
    <FormDialog
      title="New store"
      doing="make the store"
      verb="Create"
      act={create}
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint="Letters, digits, - and _; it can't be changed later"
        isCode
        required
        autofocus
        pattern="[a-zA-Z0-9_\-]{1,64}"
        value={name}
        onText={setName}
      />
      <TextField
        label="Comment"
        hint="What it is for"
        maxLength={128}
        value={comment}
        onText={setComment}
      />
    </FormDialog>
  );
}
