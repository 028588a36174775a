/** What a node of a template comes to: its functions are gone, the lines are still known. */
export type Value = TextValue | UnknownValue | ListValue | MapValue;

export interface TextValue {
  readonly kind: "text";
  readonly text: string;
  readonly line: number;
}

/** A text that is known once something is made. */
export interface UnknownValue {
  readonly kind: "unknown";
  /** How it is shown until then, like `${Rewrite.FunctionARN}`. */
  readonly text: string;
  readonly line: number;
}

export interface ListValue {
  readonly kind: "list";
  readonly items: readonly Value[];
  readonly line: number;
}

export interface MapValue {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Value>;
  readonly line: number;
}

const kinds = { text: "a text", unknown: "a text", list: "a list", map: "a map" } as const;

/** @returns what a value is, for messages; texts with what they say */
export function shownValue(value: Value): string {
  return value.kind === "text" ? `"${value.text.slice(0, 200)}"` : kinds[value.kind];
}
