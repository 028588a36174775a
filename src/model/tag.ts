/** A tag as the account keeps it: with a value, even if it is empty. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}
