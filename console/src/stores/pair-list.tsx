/** Pairs in a list of which only what is seen is drawn: a hundred thousand scroll as ten do. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Pair } from "../api/key-value-stores.ts";

const rowHeight = 38;
/** Drawn above and below what is seen. */
const spare = 10;

export function PairList({
  pairs,
  count,
  isComplete,
  onOpen,
  onEnd,
}: {
  /** As far as they have been read. */
  readonly pairs: readonly Pair[];
  /** How many there are altogether. */
  readonly count: number;
  /** Whether all have been read: before that, nobody knows that there is none. */
  readonly isComplete: boolean;
  readonly onOpen: (key: string) => void;
  /** Asked for more, when the end of what was read is near. */
  readonly onEnd: (() => void) | undefined;
}): JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const height = area.current?.clientHeight ?? 600;
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(pairs.length, Math.ceil((top + height) / rowHeight) + spare);
  const isNearEnd = pairs.length < count && last + spare >= pairs.length;
  useEffect(() => {
    if (isNearEnd && pairs.length > 0) onEnd?.();
  }, [isNearEnd, pairs.length]);
  return (
    <div class="card kv">
      <div
        ref={area}
        class="kv-area"
        role="table"
        aria-label="Keys and values"
        aria-rowcount={count + 1}
        tabIndex={0}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div role="rowgroup" class="kv-head">
          <div role="row" aria-rowindex={1} class="kv-line">
            <span role="columnheader">Key</span>
            <span role="columnheader">Value</span>
          </div>
        </div>
        <div role="rowgroup" class="kv-body" style={{ height: `${pairs.length * rowHeight}px` }}>
          {pairs.slice(first, last).map(({ key, value }, index) => (
            <div
              key={key}
              role="row"
              aria-rowindex={first + index + 2}
              class="kv-line kv-row"
              style={{ top: `${(first + index) * rowHeight}px` }}
            >
              <span role="cell" class="kv-key">
                <button type="button" class="kv-open mono" dir="auto" onClick={() => onOpen(key)}>
                  {key}
                </button>
              </span>
              <span role="cell" class="kv-value mono" dir="auto">
                {value}
              </span>
            </div>
          ))}
        </div>
      </div>
      {pairs.length === 0 && isComplete && <p class="table-more">No key is like this.</p>}
    </div>
  );
}
