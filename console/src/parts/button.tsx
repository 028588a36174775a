import type { ComponentChildren, JSX } from "preact";
import type { IconName } from "../base/icon-paths.ts";
import { Icon } from "./icon.tsx";

export interface ButtonProps {
  readonly kind?: "primary" | "plain" | "quiet" | "danger";
  readonly type?: "button" | "submit";
  readonly icon?: IconName;
  /** Where nothing but the icon is seen. */
  readonly label?: string;
  readonly isSmall?: boolean;
  readonly isBusy?: boolean;
  readonly disabled?: boolean;
  /** Shown beside it, like Ctrl S. */
  readonly title?: string;
  readonly onClick?: () => void;
  readonly children?: ComponentChildren;
}

export function Button({
  kind = "plain",
  type = "button",
  icon,
  label,
  isSmall = false,
  isBusy = false,
  disabled = false,
  title,
  onClick,
  children,
}: ButtonProps): JSX.Element {
  const isIconOnly = children === undefined;
  return (
    <button
      type={type}
      class={`button button-${kind} ${isSmall ? "is-small" : ""} ${isIconOnly ? "is-square" : ""}`}
      aria-label={label}
      aria-busy={isBusy}
      title={title ?? label}
      disabled={disabled || isBusy}
      onClick={onClick}
    >
      {icon && <Icon name={icon} />}
      {children !== undefined && <span class="button-text">{children}</span>}
    </button>
  );
}
