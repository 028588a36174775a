/**
 * Which file of a folder a request's path names: the names from the folder down to the file.
 *
 * Escapes are decoded once, so `%252e` names a file that has an escape in its name. Names that mean
 * something to a file system instead of being somebody's file are refused before it is asked.
 */
import { decodeUtf8 } from "../../../base/decode-utf8.ts";

/** Why a path names no file that may be had, as the status of an answer. */
export type PathRefusal = 400 | 403 | 404;

/**
 * @param target as the origin is asked for it: a path that begins with "/", in Latin-1, maybe with a query
 * @returns at least one name; 400 for what is no text, 403 for what a folder does not give away,
 *   404 for a folder
 */
export function namesInPath(target: string): readonly string[] | PathRefusal {
  const query = target.indexOf("?");
  const path = decoded(query < 0 ? target : target.slice(0, query));
  if (path === undefined) return 400;
  if (path.includes("\0") || path.includes("\\")) return 403;
  const names = path.slice(1).split("/");
  if (names.some((name, depth) => isHidden(name, depth))) return 403;
  // An object's key may have such names, a file's path has none.
  return names.includes("") ? 404 : names;
}

/** `.` and `..` are among them. What is meant for everybody to find has a place of its own (RFC 8615). */
function isHidden(name: string, depth: number): boolean {
  return name.startsWith(".") && !(depth === 0 && name === ".well-known");
}

/** @returns undefined when an escape is broken, or what was escaped is no UTF-8 */
function decoded(path: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(path)) return undefined;
  const bytes = path.replace(/%(..)/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return decodeUtf8(Buffer.from(bytes, "latin1"));
}
