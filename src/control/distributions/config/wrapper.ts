/** How a configuration shows lists and ids, as AWS does when there are none of them too. */

/** A list as the API wraps it: with the number of its items, and without Items when there are none. */
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
