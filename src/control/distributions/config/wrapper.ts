/** A list as the API wraps it: the number of its items beside them. */
export interface Wrapper<Item> {
  readonly Quantity?: number | undefined;
  readonly Items?: readonly Item[] | undefined;
}

/** As AWS shows it: without Items when there are none. */
export function wrap<Item>(items: readonly Item[] | undefined): {
  Quantity: number;
  Items?: Item[];
} {
  return items && items.length > 0
    ? { Quantity: items.length, Items: [...items] }
    : { Quantity: 0 };
}

/** @returns `{ [name]: id }`, or nothing for an id that is absent or empty: both mean none */
export function idMember<Name extends string>(
  name: Name,
  id: string | undefined,
): { [K in Name]?: string } {
  return (id ? { [name]: id } : {}) as { [K in Name]?: string };
}
