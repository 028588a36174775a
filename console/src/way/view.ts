/** What a view of the console is. */
import type { ComponentType } from "preact";
import type { IconName } from "../base/icon-paths.ts";
import type { Params } from "./path.ts";

export interface ViewProps {
  readonly params: Params;
}

export interface View {
  readonly path: string;
  /** For the page's title; params stand for themselves in it. */
  readonly title: (params: Params) => string;
  readonly load: () => Promise<ComponentType<ViewProps>>;
  readonly nav?: { readonly label: string; readonly icon: IconName };
}
