import type { JSX } from "preact";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../way/link.tsx";
import { Mark } from "../parts/mark.tsx";
import { views } from "./views.ts";

/** At the side; at the foot of small screens. */
export function Navigation({ path }: { readonly path: string }): JSX.Element {
  return (
    <nav class="side" aria-label="Views">
      <Link to="/functions" class="brand" label="Footlight">
        <Mark />
        <span class="brand-name">Footlight</span>
      </Link>
      <ul class="side-list">
        {views.map(({ path: to, nav }) =>
          nav === undefined ? null : (
            <li key={to}>
              <Link to={to} class="side-link" isCurrent={path === to || path.startsWith(`${to}/`)}>
                <Icon name={nav.icon} />
                <span>{nav.label}</span>
              </Link>
            </li>
          ),
        )}
      </ul>
    </nav>
  );
}
