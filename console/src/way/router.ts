/** Where in the console one is: the address bar says it, so every view has a link, and back goes back. */
import { Store } from "../base/store.ts";
import { base, withinConsole } from "./path.ts";

export interface Place {
  /** Of the view, like `/functions/hello`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

function here(): Place {
  return {
    path: withinConsole(location.pathname),
    query: new URLSearchParams(location.search),
  };
}

export const place = new Store<Place>(here());

/** Asked before a view is left; a text is a question to whoever would lose something. */
let guard: (() => string | undefined) | undefined;

addEventListener("popstate", () => place.set(here()));
addEventListener("beforeunload", (event) => {
  if (guard?.() !== undefined) event.preventDefault();
});

/** @param path like `/functions/hello?tab=log` */
export function navigate(path: string, options: { readonly replaces?: boolean } = {}): void {
  const url = `${base}${path}`;
  if (url === `${location.pathname}${location.search}`) return;
  if (options.replaces === true) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  place.set(here());
  if (options.replaces !== true) scrollTo(0, 0);
}

/** Has the browser ask before the page is closed while `ask` has a reason. @returns what ends that */
export function guardPage(ask: () => string | undefined): () => void {
  guard = ask;
  return () => {
    if (guard === ask) guard = undefined;
  };
}
