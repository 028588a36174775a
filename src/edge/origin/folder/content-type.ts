/** What a file's name says of its content. */
import mime from "mime";

/** @returns text is UTF-8, as nearly all of it is; what nobody knows is bytes */
export function contentTypeOf(name: string): string {
  const type = mime.getType(name) ?? "application/octet-stream";
  return type.startsWith("text/") ? `${type}; charset=utf-8` : type;
}
