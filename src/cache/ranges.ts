/** Which bytes a request asks for (RFC 9110 §14.1, §14.2). */

/** Positions are bytes from 0; `end` is the position after the last. */
export interface ByteRange {
  readonly first: number;
  readonly end: number;
}

/** A range as it is written: without `first` it counts the last bytes, without `last` it goes to the end. */
export interface RangeSpec {
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** A header with more is ignored: each costs its sender four bytes, and us a part's head (§14.2, §17.15). */
const rangesMax = 200;

const bytesUnit = /^bytes=/i;
const spec = /^(\d*)-(\d*)$/;

/**
 * @param value what all lines of Range say together
 * @returns the ranges as written; undefined when the header is to be ignored: another unit, something that
 *   is no range, a range that ends before it begins, or too many
 */
export function readRangeSpecs(value: string): readonly RangeSpec[] | undefined {
  const unit = bytesUnit.exec(value);
  if (unit === null) return undefined;
  const items = value.slice(unit[0].length).split(",", rangesMax + 1);
  if (items.length > rangesMax) return undefined;
  const specs: RangeSpec[] = [];
  for (const [index, item] of items.entries()) {
    // Elements of a list may be empty, and have space around them, but not before the first (§5.6.1.2).
    const text = index === 0 ? item.trimEnd() : item.trim();
    if (text === "") continue;
    const [, first = "", last = ""] = spec.exec(text) ?? [];
    if (first === "" && last === "") return undefined;
    if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
    specs.push({
      first: first === "" ? undefined : Number(first),
      last: last === "" ? undefined : Number(last),
    });
  }
  return specs.length === 0 ? undefined : specs;
}

/**
 * What of an object a Range asks for. Several ranges have to ascend and must not overlap, as CloudFront
 * wants it; those that begin after the end are left out as long as one does not (§14.1.1).
 *
 * @param length of the object, in bytes
 * @returns `whole` when the header is to be ignored, `unsatisfiable` when no range touches the object
 */
export function parseRanges(
  value: string,
  length: number,
): "whole" | "unsatisfiable" | readonly ByteRange[] {
  const specs = readRangeSpecs(value);
  if (specs === undefined) return "whole";
  const ranges: ByteRange[] = [];
  let covered = 0;
  for (const { first, last } of specs) {
    const range = first === undefined ? lastBytes(last ?? 0, length) : from(first, last, length);
    if (range === undefined) continue;
    if (range.first < covered) return "whole";
    covered = range.end;
    // There is nothing to point at in what is empty, though its last bytes are all there (§14.1.2).
    if (range.end > range.first) ranges.push(range);
    else return "whole";
  }
  return ranges.length === 0 ? "unsatisfiable" : ranges;
}

function from(first: number, last: number | undefined, length: number): ByteRange | undefined {
  if (first >= length) return undefined;
  return { first, end: last === undefined || last >= length ? length : last + 1 };
}

/** As many as there are, when more are asked for; none is nothing that could be sent. */
function lastBytes(count: number, length: number): ByteRange | undefined {
  return count === 0 ? undefined : { first: Math.max(0, length - count), end: length };
}
