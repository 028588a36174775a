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
  if (value.error !== undefined) return <Trouble error={value.error} doing={`read ${known}`} />;
  if (content.data === undefined || (known !== "" && value.data === undefined)) return null;
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
