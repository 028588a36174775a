/** Where a list will be, while it is read. */
import type { JSX } from "preact";

export function Skeleton({ of }: { readonly of: string }): JSX.Element {
  return (
    <div class="card skeleton" role="status">
      <span class="unseen">Reading {of} …</span>
      {[0, 1, 2, 3].map((each) => (
        <div key={each} class="skeleton-row" />
      ))}
    </div>
  );
}
