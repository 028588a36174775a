/** Reads a pair, and what a change of it has to name, before its dialog opens. */
import type { JSX } from "preact";
import { readContent, readValue } from "../api/key-value-stores.ts";
import { useData } from "../api/use-data.ts";
import { Trouble } from "../parts/trouble.tsx";
import { PairDialog } from "./pair-dialog.tsx";

export function PairOpener({
  arn,
  known,
  onClose,
  onChanged,
}: {
  readonly arn: string;
  /** Empty for a new one. */
  readonly known: string;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}): JSX.Element | null {
  const value = useData(known === "" ? undefined : `value ${arn} ${known}`, (signal) =>
    readValue(arn, known, signal).then((text) => ({ text })),
  );
  const content = useData(`to change ${arn}`, (signal) => readContent(arn, signal));
  // Both are read anew when the node is back: once the dialog is there, it and what is typed in it stay.
  if (content.data === undefined || (known !== "" && value.data === undefined)) {
    const error = value.error ?? content.error;
    return error === undefined ? null : (
      <Trouble error={error} doing={`read ${known || "the store"}`} />
    );
  }
  return (
    <PairDialog
      arn={arn}
      opened={known === "" ? undefined : { key: known, value: value.data?.text }}
      etag={content.data.etag}
      onClose={onClose}
      onChanged={onChanged}
    />
  );
}
