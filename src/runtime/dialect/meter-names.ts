/** What the inserted calls name: the parameters of a compiled function's factory. */
export interface MeterNames {
  readonly meter: string;
  readonly tick: string;
  readonly caught: string;
  readonly grown: string;
  readonly required: string;
  /** The list that counts for coverage. */
  readonly hits: string;
}

/** @returns names that the source does not hold, however it spells its identifiers */
export function freeNames(source: string, identifiers: ReadonlySet<string>): MeterNames {
  let prefix = "$";
  const isTaken = (): boolean =>
    source.includes(`${prefix}m`) || [...identifiers].some((name) => name.startsWith(prefix));
  while (isTaken()) prefix += "_";
  return {
    meter: `${prefix}m`,
    tick: `${prefix}t`,
    caught: `${prefix}c`,
    grown: `${prefix}g`,
    required: `${prefix}r`,
    hits: `${prefix}v`,
  };
}
