/** Reads a pair before its dialog opens; a new one has nothing to wait for. */
import type { JSX } from "preact";
import { readValue } from "../api/key-value-stores.ts";
import { useData } from "../api/use-data.ts";
import { Trouble } from "../parts/trouble.tsx";
import { PairDialog } from "./pair-dialog.tsx";

export function PairOpener({
  arn,
  known,
  etag,
  onClose,
  onChanged,
}: {
  readonly arn: string;
  /** Empty for a new one. */
  readonly known: string;
  /** Of the store, as far as is known. */
  readonly etag: string;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}): JSX.Element | null {
  const value = useData(known === "" ? undefined : `value ${arn} ${known}`, (signal) =>
    readValue(arn, known, signal).then((text) => ({ text })),
  );
  // It is read anew when the node is back: once the dialog is there, it and what is typed in it stay.
  if (known !== "" && value.data === undefined) {
    return value.isReading ? null : (
      <Trouble error={value.error} doing={`read ${known}`} onRetry={value.reload} />
    );
  }
  return (
    <PairDialog
      arn={arn}
      opened={known === "" ? undefined : { key: known, value: value.data?.text }}
      etag={etag}
      onClose={onClose}
      onChanged={onChanged}
    />
  );
}
