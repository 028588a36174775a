/** A few of many names. */

/** As many functions as CloudFront lets read one store; where a quota is higher there may be thousands. */
const namesMax = 10;

export interface FirstNames {
  readonly shown: readonly string[];
  /** Said in their place: ` and 12 more`, or nothing. */
  readonly rest: string;
}

export function firstNames(names: readonly string[]): FirstNames {
  const more = names.length - namesMax;
  return { shown: names.slice(0, namesMax), rest: more > 0 ? ` and ${more} more` : "" };
}
