/**
 * A list of many, as a table: looked through by words, and drawn as far as one has asked for. What goes on, like a rate, is drawn
 * anew in the rows that are seen.
 */
import type { ComponentChildren, JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { WordIndex } from "../base/word-index.ts";
import { Button } from "./button.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { useInView } from "./use-in-view.ts";

/** Rows that are drawn at first, and more each time. */
const rowsAtOnce = 50;

export interface Column<Item> {
  readonly name: string;
  /** Where the cells say it themselves; its name is for who does not see them. */
  readonly isUnnamed?: boolean;
  /** Left out where there is no room: below 1,100 pixels, or below 700. */
  readonly room?: "wide" | "mid";
  /** Of the cells. */
  readonly class?: string;
  readonly cell: (item: Item) => ComponentChildren;
}

export function ListTable<Item>({
  of,
  by,
  items,
  keyOf,
  textOf,
  columns,
  filteredFrom = 0,
}: {
  /** What the list is of, in the plural. */
  readonly of: string;
  /** By what one may be found, like "name or comment". */
  readonly by: string;
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** What is looked through. */
  readonly textOf: (item: Item) => string;
  /** The first one names the item. */
  readonly columns: readonly Column<Item>[];
  /** With fewer items there is nothing to filter by. */
  readonly filteredFrom?: number;
}): JSX.Element {
  const [search, setSearch] = useState("");
  const [shownMax, setShownMax] = useState(rowsAtOnce);
  const index = useMemo(() => new WordIndex(items, textOf), [items]);
  const found = useMemo(() => index.find(search), [index, search]);
  return (
    <>
      {(items.length >= filteredFrom || search !== "") && (
        <FilterBar
          {...{ of, by, search }}
          onSearch={(next) => {
            setSearch(next);
            setShownMax(rowsAtOnce);
          }}
          found={found.length}
          all={items.length}
        />
      )}
      <div class="card table-card">
        <table class="table">
          <thead>
            <tr>
              {columns.map(({ name, room, isUnnamed = false }) => (
                <th key={name} scope="col" class={room && `is-${room}`}>
                  {isUnnamed ? <span class="unseen">{name}</span> : name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shownMax).map((item) => (
              <Row key={keyOf(item)} item={item} columns={columns} />
            ))}
          </tbody>
        </table>
        {found.length > shownMax && (
          <p class="table-more row">
            <Button isSmall onClick={() => setShownMax(shownMax + rowsAtOnce)}>
              Show more
            </Button>
            {found.length - shownMax} are left; a part of the name finds them, too.
          </p>
        )}
        {found.length === 0 && <p class="table-more">None of the {of} is like this.</p>}
      </div>
    </>
  );
}

function Row<Item>({
  item,
  columns,
}: {
  readonly item: Item;
  readonly columns: readonly Column<Item>[];
}): JSX.Element {
  const row = useRef<HTMLTableRowElement>(null);
  const isInView = useInView(row);
  const drawn = useRef<{ item: Item; columns: typeof columns; row: JSX.Element } | undefined>(
    undefined,
  );
  let { current: last } = drawn;
  if (isInView || last?.item !== item || last.columns !== columns) {
    const cells = columns.map(({ name, room, class: own = "", cell }, index) =>
      index === 0 ? (
        <th key={name} scope="row">
          {cell(item)}
        </th>
      ) : (
        <td key={name} class={room ? `is-${room} ${own}` : own}>
          {cell(item)}
        </td>
      ),
    );
    last = { item, columns, row: <tr ref={row}>{cells}</tr> };
    drawn.current = last;
  }
  return last.row;
}
