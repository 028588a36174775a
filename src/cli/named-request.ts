/** How a request is named by one word: by the X-Amz-Cf-Id of its answer, or by its URL. */
import { OptionError } from "../node/option-table.ts";

/** Whether it is an X-Amz-Cf-Id: of 64, one begins with "-". */
export function isRequestId(word: string): boolean {
  return /^[\w-]{54}==$/.test(word);
}

/**
 * @returns what the API is asked for
 * @throws OptionError, when it is neither
 */
export function namedRequest(word: string): Readonly<Record<string, string>> {
  // An id has neither dots nor slashes, and each URL of an edge has.
  if (!/[./]/.test(word)) return { id: word };
  const [, host, path] = /^(?:https?:\/\/)?([^/?#]+)(\/[^?#]*)?/i.exec(word) ?? [];
  if (host === undefined) throw new OptionError(`A request is an ID or a URL, and not "${word}"`);
  return { host, path: path ?? "/" };
}
