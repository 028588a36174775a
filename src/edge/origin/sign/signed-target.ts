/**
 * A request's target as it is both signed and sent, so that all who verify read the same in it.
 *
 * A signature is over the decoded path and query, encoded anew. Of one text there are several
 * encodings, and of `+` two readings; verifiers differ in what they make of those. What is sent here
 * is the one encoding that is signed, which leaves nothing to differ about.
 *
 * Source: AWS General Reference, "Create a signed AWS API request", the canonical request.
 */

/** A query that is signed: its text, without "?", and what it says. */
export interface SignedQuery {
  readonly text: string;
  readonly parameters: Readonly<Record<string, string | string[]>>;
}

const plainPath = /^[\w.~/-]*$/;

/**
 * The path of a key of S3: every byte of the key is encoded, but letters, digits, `-._~` and "/".
 * Nothing is normalized, as S3 does not: `//` and `/../` are parts of a key.
 *
 * @param path percent-encoded in whatever way; "%" without two digits behind it means itself
 */
export function bucketPath(path: string): string {
  if (plainPath.test(path)) return path;
  return path.replace(/%[0-9a-f]{2}|[^\w.~/-]/gi, (part) =>
    part.length === 3 ? encodedByte(Number.parseInt(part.slice(1), 16)) : encoded(part),
  );
}

/** @param query without "?"; `+` is a space in it, as in what forms send */
export function signedQuery(query: string): SignedQuery {
  const parameters = new Map<string, string | string[]>();
  const texts: string[] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decoded(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? "" : decoded(part.slice(equals + 1));
    texts.push(equals < 0 ? encoded(name) : `${encoded(name)}=${encoded(value)}`);
    const before = parameters.get(name);
    if (before === undefined) parameters.set(name, value);
    else parameters.set(name, Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return { text: texts.join("&"), parameters: Object.fromEntries(parameters) };
}

function encodedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return plainPath.test(character)
    ? character
    : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Escapes that are no UTF-8 cannot be signed as they are: they stay, as the text that they are. */
function decoded(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced.replace(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    return spaced;
  }
}
