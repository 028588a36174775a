/** What is looked for in a list, and how much of it was found. */
import type { JSX } from "preact";
import { Icon } from "./icon.tsx";

interface FilterBarProps {
  /** What the list is of, in the plural. */
  readonly of: string;
  /** By what it may be found, like "name or comment". */
  readonly by: string;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly found: number;
  readonly all: number;
}

export function FilterBar({ of, by, search, onSearch, found, all }: FilterBarProps): JSX.Element {
  return (
    <div class="toolbar">
      <label class="search">
        <Icon name="search" />
        <input
          type="search"
          placeholder={`Filter by ${by}`}
          aria-label={`Filter ${of}`}
          value={search}
          onInput={(event) => onSearch(event.currentTarget.value)}
        />
      </label>
      <span class="quiet num">{found === all ? `${all} ${of}` : `${found} of ${all}`}</span>
    </div>
  );
}
