/** What opens the sealed values of runs that this node's workers have recorded. */
import type { ReadSealingKeys } from "../control/rehearsal/recorded-runs.ts";
import { hourOf, sealingKey } from "../edge/record/runs/sealed-values.ts";
import type { NodeOptions } from "./options.ts";

/** @param recordKey in base64 */
export function createSealingKeys(
  { recordSealedHours }: Pick<NodeOptions, "recordSealedHours">,
  recordKey: string,
): ReadSealingKeys {
  const root = Buffer.from(recordKey, "base64");
  return (name) => {
    const last = hourOf(Date.now());
    return Array.from({ length: recordSealedHours + 1 }, (_, index) => {
      const hour = last - index;
      return { hour, key: Buffer.from(sealingKey(root, name, hour)).toString("base64") };
    });
  };
}
