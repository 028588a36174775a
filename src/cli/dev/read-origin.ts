/** What a text says that stands for an origin: a folder, a URL, or `echo`. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { SiteOrigin } from "./site.ts";

/**
 * @param base the folder that a folder's path is relative to
 * @throws Error, whose message is a clause about the text
 */
export function readOrigin(text: string, base: string): SiteOrigin {
  if (text === "echo") return { kind: "echo" };
  if (text === "") {
    throw new Error('must be a folder, a URL or echo, and is empty: this folder is written "."');
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new Error(`must be a folder, a URL of http or https, or echo, got "${text}"`);
    }
    if (url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
      throw new Error(`may have a path, but no user, query or fragment, got "${text}"`);
    }
    return { kind: "url", url };
  }
  const folder = resolve(base, text);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const hint = /^[\w.-]+:\d+/.test(text) ? `; a server is written http://${text}` : "";
    throw new Error(`must be a folder, a URL or echo, and there is no folder ${folder}${hint}`);
  }
  return { kind: "folder", folder };
}
