/** The parts of a view, each with a link of its own. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
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
  const nav = useRef<HTMLElement>(null);
  const current = tabs.find(({ isCurrent }) => isCurrent)?.to;
  useEffect(() => {
    const all = nav.current!;
    // Where there is no room for all of them, or no more.
    const sizing = new ResizeObserver(() => {
      const link = all.querySelector<HTMLElement>("[aria-current]");
      if (link) all.scrollTo({ left: link.offsetLeft - 60 });
    });
    sizing.observe(all);
    return () => sizing.disconnect();
  }, [current]);
  return (
    <nav class="tabs" aria-label={label} ref={nav}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} class="tab" isCurrent={tab.isCurrent}>
          {tab.label}
          {tab.mark !== undefined && <span class="tab-mark">{tab.mark}</span>}
        </Link>
      ))}
    </nav>
  );
}
