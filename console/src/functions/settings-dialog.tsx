/** What a function is beside its code; saved with it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { deleteFunction, type FunctionSettings, type RuntimeName } from "../api/functions.ts";
import { listStores } from "../api/key-value-stores.ts";
import { useData } from "../api/use-data.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { TextField } from "../parts/text-field.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { navigate } from "../way/router.ts";

export function SettingsDialog({
  name,
  settings,
  etag,
  onChange,
  onClose,
}: {
  readonly name: string;
  readonly settings: FunctionSettings;
  /** Of DEVELOPMENT. */
  readonly etag: string;
  readonly onChange: (settings: FunctionSettings) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const [opened] = useState(settings);
  const [comment, setComment] = useState(settings.comment);
  const [runtime, setRuntime] = useState(settings.runtime);
  const [store, setStore] = useState(settings.keyValueStores[0] ?? "");
  const [sure, setSure] = useState("");
  const [error, setError] = useState<unknown>();
  const stores = useData("stores", listStores);
  const isOld = runtime === "cloudfront-js-1.0";
  const isReading = stores.isReading && !isOld;
  const isListed = store === "" || stores.data?.some(({ arn }) => arn === store) === true;
  const hintOf = (): string => {
    if (isOld) return "Only cloudfront-js-2.0 reads one";
    if (isReading) return "Reading which there are";
    return stores.data === undefined ? "They could not be read" : "What cf.kvs() opens";
  };

  const submit = (): void => {
    // What is left as it was may have been changed by somebody else meanwhile.
    const keyValueStores = store === "" || isOld ? [] : [store];
    onChange({
      ...settings,
      ...(comment !== opened.comment && { comment }),
      ...(runtime !== opened.runtime && { runtime }),
      ...(keyValueStores.join() !== opened.keyValueStores.join() && { keyValueStores }),
    });
    onClose();
  };
  const remove = async (): Promise<void> => {
    try {
      await deleteFunction(name, etag);
      notify(`Deleted ${name}`);
      navigate("/functions", { replaces: true });
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Dialog
      title={`Settings of ${name}`}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={isReading}>
            Apply
          </Button>
        </>
      }
    >
      {error !== undefined && <Trouble error={error} doing="delete the function" />}
      <TextField
        label="Comment"
        hint="Settings are saved with the code"
        maxLength={128}
        value={comment}
        onText={setComment}
      />
      <Field label="Runtime">
        {(id) => (
          <select
            id={id}
            class="select"
            value={runtime}
            onChange={(event) => setRuntime(event.currentTarget.value as RuntimeName)}
          >
            <option>cloudfront-js-2.0</option>
            <option>cloudfront-js-1.0</option>
          </select>
        )}
      </Field>
      <Field label="Key value store" hint={hintOf()}>
        {(id) => (
          <select
            id={id}
            class="select"
            disabled={isOld}
            value={store}
            onChange={(event) => setStore(event.currentTarget.value)}
          >
            {isReading ? (
              <option value={store}>Reading …</option>
            ) : (
              <>
                <option value="">None</option>
                {!isListed && <option value={store}>{store.replace(/^.*\//, "")}</option>}
                {stores.data?.map(({ arn, name: each }) => (
                  <option key={arn} value={arn}>
                    {each}
                  </option>
                ))}
              </>
            )}
          </select>
        )}
      </Field>
      <details class="danger-zone">
        <summary>Delete this function</summary>
        <p class="hint">
          Only where no distribution uses it. Type its name to be sure; its versions go with it.
        </p>
        <div class="row">
          <input
            class="input is-small mono"
            aria-label={`Type ${name} to delete it`}
            spellcheck={false}
            value={sure}
            onInput={(event) => setSure(event.currentTarget.value)}
          />
          <Button
            kind="danger"
            icon="trash"
            isSmall
            disabled={sure !== name}
            onClick={() => void remove()}
          >
            Delete
          </Button>
        </div>
      </details>
    </Dialog>
  );
}
