/**
 * The call `/footlight/v1/functions/NAME/recorded-runs/keys`: what opens the sealed values of a function's recorded runs. They are
 * viewers' secrets, so it takes an action of its own, and whoever is given them is in the audit.
 */
import { InvalidArgument } from "../../model/errors.ts";
import type { Fact } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import { requireFunction } from "../functions/find-function.ts";

export interface SealingKey {
  /** Since the epoch: the key is of what was recorded in that hour. */
  readonly hour: number;
  /** In base64. */
  readonly key: string;
}

/** @returns a function's keys of the hours that may be opened */
export type ReadSealingKeys = (name: string) => readonly SealingKey[];

/**
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidArgument, when nothing is sealed here
 */
export async function openRecordedRuns(
  name: string,
  {
    state,
    sealingKeys,
  }: { readonly state: State; readonly sealingKeys: ReadSealingKeys | undefined },
  commit: (fact: Fact) => Promise<unknown>,
): Promise<object> {
  requireFunction(state, name);
  if (sealingKeys === undefined) {
    throw new InvalidArgument(
      "This node seals no fields of recorded runs: start it with `footlight start --record-sealed FIELDS`",
    );
  }
  await commit({ type: "recorded-runs-read", name, opened: true });
  return { id: name, keys: sealingKeys(name) };
}
