/** Which copies of functions a change of the state brings to viewers, and which it replaces. */
import type { Map } from "immutable";
import type { FunctionCopy } from "../model/function.ts";
import { servingCopies, type Published } from "../model/function-versions.ts";
import type { Resource } from "../model/resource.ts";
import { distributionsUsing } from "../state/associations.ts";
import type { State } from "../state/state.ts";

export interface ServingCopy {
  /** Its function's, for the log. */
  readonly name: string;
  readonly copy: FunctionCopy;
  /** Whether a distribution names the function; of a connection function always, since it is published before one may. */
  readonly isUsed: boolean;
}

/**
 * @param names of the functions that may differ; undefined where any may. Connection functions, of which there are few, are all looked at
 * @returns what one state serves viewers by, and the other does not
 */
export function* copiesOnlyIn(
  state: State,
  other: State,
  names?: readonly string[],
): Generator<ServingCopy> {
  yield* requestCopies(state, other, names ?? state.functions.keys());
  yield* connectionCopies(state, other);
}

function* requestCopies(
  state: State,
  other: State,
  names: Iterable<string>,
): Generator<ServingCopy> {
  if (state.functions === other.functions) return;
  for (const name of names) {
    const published = state.functions.get(name)?.published;
    const others = other.functions.get(name)?.published;
    if (published === undefined || published === others) continue;
    const isUsed = distributionsUsing(state, name).length > 0;
    yield* onlyIn(published, others, { name, isUsed });
  }
}

function* onlyIn(
  published: Published,
  other: Published | undefined,
  about: Omit<ServingCopy, "copy">,
): Generator<ServingCopy> {
  const before = other === undefined ? [] : servingCopies(other);
  for (const copy of servingCopies(published)) {
    if (!before.includes(copy)) yield { copy, ...about };
  }
}

type ConnectionFunctions = Map<string, Resource<"connection-function">>;

function* connectionCopies(state: State, other: State): Generator<ServingCopy> {
  const [own, others] = [state, other].map(
    ({ resources }) => resources.get("connection-function") as ConnectionFunctions | undefined,
  );
  if (own === others) return;
  for (const [id, { published, config }] of own ?? []) {
    const before = others?.get(id)?.published;
    if (published === undefined || published === before) continue;
    yield* onlyIn(published, before, { name: config.Name ?? id, isUsed: true });
  }
}
