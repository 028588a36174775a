/** Light, dark, or as the system has it. */
import { keep, recallKept } from "./kept.ts";
import { Store } from "./store.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const place = "footlight.theme";

export function readTheme(): Theme {
  return recallKept("local", place, isTheme) ?? "auto";
}

function isTheme(value: unknown): value is Theme {
  return themes.some((each) => each === value);
}

export function showTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export const theme = new Store<Theme>("auto");

export function chooseTheme(chosen: Theme): void {
  keep("local", place, chosen);
  showTheme(chosen);
  theme.set(chosen);
}

/**
 * For what is painted, and not styled: told when dark becomes light or light dark, by choice or with the system.
 *
 * @returns what ends it
 */
export function watchTheme(watcher: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", watcher);
  const end = theme.watch(watcher);
  return () => {
    system.removeEventListener("change", watcher);
    end();
  };
}
