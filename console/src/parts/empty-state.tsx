/** What stands where there is nothing yet: what would be here, and the next step. */
import type { ComponentChildren, JSX } from "preact";
import type { IconName } from "../base/icon-paths.ts";
import { Icon } from "./icon.tsx";

export function EmptyState({
  icon,
  title,
  isPage = false,
  children,
  actions,
}: {
  readonly icon: IconName;
  readonly title: string;
  /** Whether it is all that there is on the page. */
  readonly isPage?: boolean;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} />
      </span>
      {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children !== undefined && <div class="empty-text">{children}</div>}
      {actions !== undefined && <div class="row row-center">{actions}</div>}
    </div>
  );
}
