/** All key value stores, and which functions read each. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { listFunctions } from "../api/functions.ts";
import { createStore, listStores } from "../api/key-value-stores.ts";
import { useData } from "../api/use-data.ts";
import { ago } from "../base/quantities.ts";
import { useStore } from "../base/use-store.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Field } from "../parts/field.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { navigate, place } from "../way/router.ts";

const everyMs = 10_000;

export function StoreList(): JSX.Element {
  const { query } = useStore(place);
  const stores = useData("stores", listStores, { everyMs });
  const functions = useData("functions", listFunctions);
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
        {newButton}
      </header>
      {stores.error !== undefined && stores.data === undefined && (
        <Trouble error={stores.error} doing="read the stores" onRetry={stores.reload} />
      )}
      {stores.data === undefined && stores.error === undefined && (
        <p class="quiet">Reading the stores …</p>
      )}
      {stores.data?.length === 0 && (
        <EmptyState icon="store" title="Make your first store" actions={newButton}>
          <p>
            Redirects, flags, prices: a function reads them with <code>cf.kvs().get(key)</code>, and
            what you change here every edge has at once. Import a file, or type the first key.
          </p>
        </EmptyState>
      )}
      {stores.data !== undefined && stores.data.length > 0 && (
        <div class="card table-card">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Read by</th>
                <th scope="col" class="is-mid">
                  State
                </th>
                <th scope="col" class="is-mid">
                  Changed
                </th>
              </tr>
            </thead>
            <tbody>
              {stores.data.map(({ name, arn, comment, status, last_modified_time: at }) => {
                const readers = functions.data?.filter((each) => each.keyValueStores.includes(arn));
                return (
                  <tr key={arn}>
                    <th scope="row">
                      <Link to={`/stores/${encodeURIComponent(name)}`} class="row-link breaks">
                        {name}
                      </Link>
                      {comment !== "" && <span class="row-note">{comment}</span>}
                    </th>
                    <td class="breaks">
                      {readers?.map((each) => each.name).join(", ") || (
                        <span class="quiet">No function</span>
                      )}
                    </td>
                    <td class="is-mid">
                      <Badge tone={status === "READY" ? "good" : "accent"}>
                        {status === "READY" ? "Ready" : status.toLowerCase()}
                      </Badge>
                    </td>
                    <td class="is-mid quiet nowrap">{ago(at, Date.now())}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {query.has("new") && <NewStore onClose={() => navigate("/stores", { replaces: true })} />}
    </>
  );
}

function NewStore({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const [name, setName] = useState("");
  const [comment, setComment] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await createStore(name, comment);
      navigate(`/stores/${encodeURIComponent(name)}`, { replaces: true });
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="New store"
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            Create
          </Button>
        </>
      }
    >
      {error !== undefined && <Trouble error={error} doing="make the store" />}
      <Field label="Name" hint="Letters, digits, - and _; it can't be changed later">
        {(id) => (
          <input
            id={id}
            class="input mono"
            required
            autofocus
            spellcheck={false}
            pattern="[a-zA-Z0-9_\-]{1,64}"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Comment" hint="What it is for">
        {(id) => (
          <input
            id={id}
            class="input"
            maxLength={128}
            value={comment}
            onInput={(event) => setComment(event.currentTarget.value)}
          />
        )}
      </Field>
    </Dialog>
  );
}
