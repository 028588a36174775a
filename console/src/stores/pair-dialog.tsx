/** One pair, new or there: written, deleted, and both values shown where somebody else has changed it meanwhile. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isConflict } from "../api/api-refusal.ts";
import { changePairs, readContent, readValue } from "../api/key-value-stores.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { Fields } from "../parts/fields.tsx";
import { leftBusy } from "../parts/form-dialog.tsx";
import { TextField } from "../parts/text-field.tsx";
import { TextDiff } from "../parts/text-diff.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";
import { useEnding } from "../parts/use-ending.ts";

/** Undefined where there is none. */
type Value = string | undefined;

export function PairDialog({
  arn,
  opened,
  etag: openedEtag,
  onClose,
  onChanged,
}: {
  readonly arn: string;
  /** Undefined for a new one. */
  readonly opened: { readonly key: string; readonly value: Value } | undefined;
  /** Of the store, when it was opened. */
  readonly etag: string;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}): JSX.Element {
  const [key, setKey] = useState(opened?.key ?? "");
  const [value, setValue] = useState(opened?.value ?? "");
  const [base, setBase] = useState({ etag: openedEtag, value: opened?.value });
  const [theirs, setTheirs] = useState<{ readonly value: Value }>();
  const signal = useEnding();
  const { isBusy, error, run } = useAction(async (isDeleted: boolean) => {
    const write = (etag: string) =>
      changePairs(arn, isDeleted ? { deletes: [key] } : { puts: [{ key, value }] }, etag, signal);
    let { etag } = base;
    for (;;) {
      const now = await readValue(arn, key, signal);
      if (now !== base.value) {
        setTheirs({ value: now });
        setBase({ etag: (await readContent(arn, signal)).etag, value: now });
        return;
      }
      try {
        await write(etag);
        break;
      } catch (failure) {
        // Another key may have been written, which is no matter here.
        if (!isConflict(failure)) throw failure;
        ({ etag } = await readContent(arn, signal));
      }
    }
    notify(isDeleted ? `Deleted ${key}` : `Saved ${key}`);
    onChanged();
    onClose();
  });
  const leave = (): void => {
    if (isBusy) notify(leftBusy);
    onClose();
  };
  return (
    <Dialog
      title={opened === undefined ? "New key" : "Key and value"}
      onClose={leave}
      onSubmit={() => run(false)}
      actions={
        <>
          {opened?.value !== undefined && (
            <Button kind="danger" icon="trash" isBusy={isBusy} onClick={() => run(true)}>
              Delete
            </Button>
          )}
          <span class="grow" />
          <Button onClick={leave}>Cancel</Button>
          <Button kind="primary" type="submit" isBusy={isBusy}>
            {theirs === undefined ? "Save" : "Save mine"}
          </Button>
        </>
      }
    >
      {error !== undefined && <Trouble error={error} doing="change the key" />}
      {theirs !== undefined && (
        <div class="note note-warn outdated" role="alert">
          <div class="trouble-text">
            <strong>
              {theirs.value === undefined
                ? "Somebody else has deleted it meanwhile"
                : opened === undefined
                  ? "There is such a key already"
                  : "Somebody else has changed it meanwhile"}
            </strong>
            {theirs.value !== undefined && (
              <TextDiff before={theirs.value} after={value} label="Theirs and yours" />
            )}
          </div>
          {theirs.value !== undefined && (
            <Button
              isSmall
              onClick={() => {
                setValue(theirs.value ?? "");
                setTheirs(undefined);
              }}
            >
              Take theirs
            </Button>
          )}
        </div>
      )}
      {opened !== undefined && opened.value === undefined && theirs === undefined && (
        <p class="note note-warn">There is no such key (any more); to save it makes it.</p>
      )}
      <Fields isLocked={isBusy}>
        <TextField
          label="Key"
          isCode
          required
          autofocus={opened === undefined}
          readOnly={opened !== undefined}
          value={key}
          onText={(next) => {
            // What stood under another name says nothing of this one.
            setKey(next);
            setBase({ ...base, value: undefined });
            setTheirs(undefined);
          }}
        />
        <Field label="Value" hint="A text; JSON is one as well">
          {(id) => (
            <textarea
              id={id}
              class="input mono"
              rows={6}
              spellcheck={false}
              value={value}
              onInput={(event) => setValue(event.currentTarget.value)}
            />
          )}
        </Field>
      </Fields>
    </Dialog>
  );
}
