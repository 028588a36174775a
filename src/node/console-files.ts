/**
 * The console's files as its build has left them, each read when it is asked for: a node whose console nobody opens
 * pays nothing for it. What is there says `manifest.json`; no other file is ever read.
 */
import { readFile, stat } from "node:fs/promises";
import type { ConsoleFile, ReadConsoleFile } from "../control/serve-console.ts";

/** What the build (tools/build-console.ts) has written, in a clone and in the package. */
const built = new URL("../../console/dist/", import.meta.url);

/** By name. */
export type ConsoleManifest = Readonly<
  Record<
    string,
    {
      readonly type: string;
      /** Of its bytes, in hex. */
      readonly sha256: string;
      /** Whether `NAME.gz` is beside it. */
      readonly isGzipped: boolean;
    }
  >
>;

/** @param folder where the build is, with a slash at its end; it may be built, or built again, later */
export function createConsoleFiles(folder: URL = built): ReadConsoleFile {
  let known: { readonly at: number; readonly files: ConsoleManifest } | undefined;

  const manifest = async (): Promise<ConsoleManifest> => {
    const file = new URL("manifest.json", folder);
    const { mtimeMs: at } = await stat(file);
    if (known?.at !== at) {
      known = { at, files: JSON.parse(await readFile(file, "utf8")) as ConsoleManifest };
    }
    return known.files;
  };

  return async (name, takesGzip): Promise<ConsoleFile | undefined> => {
    try {
      const files = await manifest();
      const entry = Object.hasOwn(files, name) ? files[name] : undefined;
      if (entry === undefined) return undefined;
      const isGzipped = takesGzip && entry.isGzipped;
      return {
        bytes: await readFile(new URL(isGzipped ? `${name}.gz` : name, folder)),
        contentType: entry.type,
        etag: `"${entry.sha256.slice(0, 16)}${isGzipped ? "-gzip" : ""}"`,
        isGzipped,
      };
    } catch (error) {
      // Not built, or just being built again.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  };
}
