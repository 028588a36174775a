/**
 * The call `/footlight/v1/functions/NAME/rehearsals`: what a rehearsal came to, which whoever ran it tells, and which stands
 * in the audit from then on. A publish may ask for it.
 */
import { InvalidArgument, PreconditionFailed } from "../../model/errors.ts";
import { etagOf } from "../../model/etag.ts";
import { functionEtag } from "../../model/function.ts";
import type { Rehearsal, ToldRehearsal } from "../../model/rehearsed.ts";
import { requireDevelopmentEtag, requireFunction } from "../functions/find-function.ts";
import { readMembers } from "../function-versions/read-members.ts";
import type { VersionChange } from "../function-versions/version-calls.ts";

const counts = ["compared", "differing", "unexpected", "not_comparable"] as const;
const members = ["live_etag", "source", ...counts];
/** Characters of where the runs were from. */
const sourceMax = 100;

/**
 * @throws NoSuchFunctionExists, when nothing has that name
 * @throws InvalidIfMatchVersion, PreconditionFailed, when DEVELOPMENT, or LIVE, is not what was rehearsed any more
 * @throws InvalidArgument, when the body makes no sense, or the function was never published
 */
export async function noteRehearsal(
  name: string,
  { body, ifMatch, commit }: VersionChange,
): Promise<object> {
  const { given } = readMembers(body, members);
  const told = readCounts(given);
  const { source, live_etag: liveEtag } = given;
  if (typeof source !== "string" || source === "" || source.length > sourceMax) {
    throw new InvalidArgument(
      `source must be a text of 1 to ${sourceMax} characters, got ${JSON.stringify(source)}`,
    );
  }
  const state = await commit((current) => {
    const fn = requireFunction(current, name);
    requireDevelopmentEtag(fn, ifMatch ?? "");
    const { development, live, published } = fn;
    if (live === undefined || published === undefined) {
      throw new InvalidArgument(
        `Function "${name}" was never published: there is no LIVE to compare with`,
      );
    }
    if (liveEtag !== functionEtag(live)) {
      throw new PreconditionFailed(
        `function "${name}" in stage LIVE`,
        String(liveEtag),
        functionEtag(live),
      );
    }
    const versions = { version: development.version, live: published.settled };
    return { type: "function-rehearsed", name, ...versions, ...told, source };
  });
  return { id: name, ...describeRehearsal(requireFunction(state, name).rehearsed!) };
}

export function describeRehearsal({ live, notComparable, ...rehearsed }: ToldRehearsal): object {
  const { version, compared, differing, unexpected, source, at, by } = rehearsed;
  return {
    ...{ development_etag: etagOf(version), live_version: live },
    ...{ compared, differing, unexpected, not_comparable: notComparable },
    ...{ source, at, by },
  };
}

function readCounts(
  given: Readonly<Record<string, unknown>>,
): Omit<Rehearsal, "version" | "live" | "source"> {
  const [compared, differing, unexpected, notComparable] = counts.map((name) => {
    const value = given[name];
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
    throw new InvalidArgument(`${name} must be a whole number, got ${JSON.stringify(value)}`);
  }) as [number, number, number, number];
  return { compared, differing, unexpected, notComparable };
}
