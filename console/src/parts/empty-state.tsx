/** What stands where there is nothing yet: what would be here, and the next step. */
import type { ComponentChildren, JSX } from "preact";
import type { IconName } from "../base/icon-paths.ts";
import { Icon } from "./icon.tsx";

export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children !== undefined && <div class="empty-text">{children}</div>}
      {actions !== undefined && <div class="row row-center">{actions}</div>}
    </div>
  );
}
