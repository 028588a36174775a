/**
 * A change that only a newer Footlight understands. To skip it would be to hold another state than the
 * node that wrote it, so whoever meets it holds what it has.
 */
export class NewerChange extends Error {
  override readonly name = "NewerChange";
  /** Like `function-renamed`, or `function-published in version 2`; `entry of format 4` where it cannot be read at all. */
  readonly kind: string;

  /** @param what like `a change of type "function-renamed"` */
  constructor(kind: string, what: string) {
    super(`The log was written by a newer Footlight: ${what}. Start that version, or a later one`);
    this.kind = kind;
  }
}
