/** Keeps what somebody writes in the browser, and says so where it has no room for it. */
import { keep, type KeptFor } from "../base/kept.ts";
import { notify } from "./toasts.tsx";

/** Places for which it was said: whoever types on need not read it at every key. */
const told = new Set<string>();

export function keepOrTell(keptFor: KeptFor, place: string, value: unknown): void {
  if (keep(keptFor, place, value)) {
    told.delete(place);
    return;
  }
  if (told.has(place)) return;
  told.add(place);
  notify("This browser has no room to keep it: what you write is gone when you leave", "bad");
}
