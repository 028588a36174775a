/** What opens the sealed values of runs that this node's workers have recorded. */
import type { ReadSealingKeys } from "../control/rehearsal/open-recorded-runs.ts";
import { hourOf, sealingKey } from "../edge/record/runs/sealed-values.ts";
import type { NodeOptions } from "./options.ts";

/**
 * @param recordKey in base64
 * @returns undefined where nothing is sealed
 */
export function createSealingKeys(
  {
    record,
    recordSealed,
    recordSealedHours,
  }: Pick<NodeOptions, "record" | "recordSealed" | "recordSealedHours">,
  recordKey: string,
): ReadSealingKeys | undefined {
  if (record === "off" || recordSealed === "") return undefined;
  const root = Buffer.from(recordKey, "base64");
  return (name) => {
    const last = hourOf(Date.now());
    return Array.from({ length: recordSealedHours + 1 }, (_, index) => {
      const hour = last - index;
      return { hour, key: Buffer.from(sealingKey(root, name, hour)).toString("base64") };
    });
  };
}
