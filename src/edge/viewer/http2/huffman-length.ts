/**
 * Tells how long a text is that HPACK has coded by Huffman, without making it.
 *
 * The code is canonical: codes of a length are numbers in a row, and those of the next length begin behind them. So how many there are
 * of each length says where each code ends, and which letter it is need not be known.
 *
 * Source: RFC 7541 §5.2, appendix B.
 */

/** How many codes there are of each length, from none bit on. */
const codesOfLength = [
  0, 0, 0, 0, 0, 10, 26, 32, 6, 0, 5, 3, 2, 6, 2, 3, 0, 0, 0, 3, 8, 13, 26, 29, 12, 4, 15, 19, 29,
  0, 4,
];
/** Behind the last code of each length, as a number of that length. */
const ends = codesOfLength.map(() => 0);
for (const [length, codes] of codesOfLength.entries()) {
  if (length > 0) ends[length] = 2 * (ends[length - 1] as number) + codes;
}

/** @returns in bytes; what is left over at the end, and no whole code, is padding */
export function huffmanLength(coded: Buffer): number {
  let [letters, code, length] = [0, 0, 0];
  for (const byte of coded) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = 2 * code + ((byte >> bit) & 1);
      length += 1;
      // What is behind the codes of this length begins a longer one. None is longer than the last.
      if (code >= (ends[length] as number) && length < ends.length - 1) continue;
      letters += 1;
      [code, length] = [0, 0];
    }
  }
  return letters;
}
