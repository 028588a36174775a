/** Puts many pairs, as many at once as the API takes. What others write meanwhile stays, but for the keys that are imported. */
import { isConflict } from "../api/api-refusal.ts";
import { changePairs, pairsAtOnce, readContent, type Pair } from "../api/key-value-stores.ts";

/** How often one batch is tried again when others write at the same time. */
const triesMax = 20;

/**
 * @param onProgress how many are put
 * @param signal ends it between two batches
 * @returns how many were put
 * @throws ApiRefusal; those before it are put then
 */
export async function importPairs(
  arn: string,
  pairs: readonly Pair[],
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<number> {
  let { etag } = await readContent(arn);
  let done = 0;
  while (done < pairs.length && !signal.aborted) {
    const puts = pairs.slice(done, done + pairsAtOnce);
    for (let tries = 1; ; tries += 1) {
      try {
        ({ etag } = await changePairs(arn, { puts }, etag));
        break;
      } catch (error) {
        if (!isConflict(error) || tries === triesMax) throw error;
        ({ etag } = await readContent(arn));
      }
    }
    done += puts.length;
    onProgress(done);
  }
  return done;
}
