import type { ComponentChildren, JSX } from "preact";

export type Tone = "neutral" | "good" | "warn" | "bad" | "accent";

/** A word on something's state; the color only repeats what the word says. */
export function Badge({
  tone = "neutral",
  children,
  title,
}: {
  readonly tone?: Tone;
  readonly children: ComponentChildren;
  readonly title?: string;
}): JSX.Element {
  return (
    <span class={`badge badge-${tone}`} title={title}>
      {children}
    </span>
  );
}
