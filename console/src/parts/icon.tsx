/** Small drawings beside words; alone they get a label from the control that holds them. */
import type { JSX } from "preact";
import { iconPaths, type IconName } from "../base/icon-paths.ts";

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={iconPaths[name]} />
    </svg>
  );
}
