/** The parts of a view, each with a link of its own. */
import type { ComponentChildren, JSX } from "preact";
import { Link } from "../way/link.tsx";

export interface Tab {
  readonly to: string;
  readonly label: string;
  readonly isCurrent: boolean;
  /** Beside the label, like a count. */
  readonly mark?: ComponentChildren;
}

export function Tabs({
  label,
  tabs,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
}): JSX.Element {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} class="tab" isCurrent={tab.isCurrent}>
          {tab.label}
          {tab.mark !== undefined && <span class="tab-mark">{tab.mark}</span>}
        </Link>
      ))}
    </nav>
  );
}
