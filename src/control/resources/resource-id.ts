/** Ids in the forms that CloudFront gives them. */
import { randomUUID } from "node:crypto";
import { randomText } from "../../base/random-pool.ts";

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const mixed = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789";

/** Policies and key groups: a UUID in lower case. */
export const newUuid = (): string => randomUUID();

/** Like a distribution's, `E` and 13 upper-case letters and digits; public keys begin with `K`. */
export function newLetterId(letter: "E" | "K"): string {
  return `${letter}${randomText(13, upper)}`;
}

/** The newer kinds: `vo_`, `dt_`, `cg_` … and 27 letters and digits. */
export function newPrefixedId(prefix: string): string {
  return `${prefix}_${randomText(27, mixed)}`;
}
