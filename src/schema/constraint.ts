/** What a value must satisfy beyond having the right type. */
export interface Constraint {
  readonly enum?: readonly string[];
  /** Fewest characters of a string, bytes of a blob, entries of a list; the least number. */
  readonly min?: number;
  /** Most characters of a string, bytes of a blob, entries of a list; the greatest number. */
  readonly max?: number;
  /** A regular expression for the whole string, as AWS prints it. */
  readonly pattern?: string;
  /** Absent for 32-bit integers, which most numbers are. */
  readonly number?: "long" | "float" | "double";
}

/** The constraints of one service. Structure (or list) name → member name → name of its shape. */
export interface ServiceConstraints {
  readonly shapes: Readonly<Record<string, Constraint>>;
  readonly members: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
