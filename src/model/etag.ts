/**
 * ETags of CloudFront resources: a public encoding of a version counter, the same for every
 * resource type. A resource starts at version 1, and each update adds one.
 *
 * The first eleven values are known from AWS's documentation and Terraform's acceptance tests,
 * which compare them literally. Beyond version 10 the encoding is not public; ours is a fixed
 * one-to-one mapping of the same alphabet and length.
 */
const known = [
  "E23ZP02F085DFQ",
  "ETVPDKIKX0DER",
  "E3UN6WX5RRO2AG",
  "E1F83G8C2ARO7P",
  "E1PA6795UKMFR9",
  "E13V1IB3VIYZZH",
  "E1VC38T7YXB528",
  "E2EUQ1WTGCTBG2",
  "E3AEGXETSR30VB",
  "E3P5ROKL5A1OLE",
  "E3JWKAKR8XB7XF",
];

const alphabetSize = 36n;
const bodyLength = 13;
const space = alphabetSize ** BigInt(bodyLength);
// Odd and not divisible by 3, so multiplying by it permutes the residues modulo 36^13.
const multiplier = 98_764_321_234_567_891_013n % space;
const offset = 71_828_182_845_904_523_536n % space;

/** @returns the ETag of a resource's version `version`, an integer from 0 on: "E" and 12 or 13 characters */
export function etagOf(version: number): string {
  const fixed = known[version];
  if (fixed !== undefined) return fixed;
  const body = (BigInt(version) * multiplier + offset) % space;
  return `E${body.toString(36).toUpperCase().padStart(bodyLength, "0")}`;
}

/** Whether a string has the form of an ETag, whatever its version: what AWS can decode at all. */
export function isEtag(value: string): boolean {
  return /^E[0-9A-Z]{12,13}$/.test(value);
}
