/** How it shows that a disk store's index is not what was written: it is set aside then, and begun anew. */

/** MDB_KEYEXIST and those after it, with room for more. */
const lmdbCodes = { first: -30_799, last: -30_700 };

/** What stands in it cannot have been written. */
export class DamagedIndex extends Error {
  override readonly name: string = "DamagedIndex";
}

/** An entry is not what was written. */
export class DamagedEntry extends DamagedIndex {
  override readonly name = "DamagedEntry";

  constructor(key: Uint8Array) {
    super(`What stands in the index under ${Buffer.from(key).toString("hex")} is damaged`);
  }
}

/** Whether an error is of what the index is, and none of the system. */
export function isDamage(error: unknown): boolean {
  return error instanceof DamagedIndex || isOfLmdb(error);
}

function isOfLmdb(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "number" && code >= lmdbCodes.first && code <= lmdbCodes.last;
}
