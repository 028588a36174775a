/** Short notices of what was done, or was not: they go by themselves, and can be read for longer. */
import type { JSX } from "preact";
import { Store } from "../base/store.ts";
import { useStore } from "../base/use-store.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { troubleText } from "./trouble.tsx";

interface Toast {
  readonly id: number;
  readonly tone: "good" | "bad" | "neutral";
  readonly text: string;
}

const lastsMs = 6000;
const toasts = new Store<readonly Toast[]>([]);
let count = 0;

export function notify(text: string, tone: Toast["tone"] = "good"): void {
  const id = (count += 1);
  toasts.set([...toasts.value.slice(-3), { id, tone, text }]);
  // What went wrong stays until it is closed.
  if (tone !== "bad") setTimeout(() => dismiss(id), lastsMs);
}

export function notifyTrouble(error: unknown): void {
  notify(troubleText(error), "bad");
}

function dismiss(id: number): void {
  toasts.set(toasts.value.filter((toast) => toast.id !== id));
}

export function Toasts(): JSX.Element {
  const shown = useStore(toasts);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map(({ id, tone, text }) => (
        <div key={id} class={`toast toast-${tone}`}>
          <Icon name={tone === "bad" ? "alert" : tone === "good" ? "check" : "info"} />
          <span>{text}</span>
          <Button kind="quiet" icon="close" label="Dismiss" isSmall onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
