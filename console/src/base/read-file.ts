/** Files that somebody picks: any file of theirs, however large, and whatever is in it. */

/** Of texts that are read whole: far more than anything of this console's kind has. */
const fileMaxBytes = 64 * 1024 * 1024;

/** @throws Error, whose message is a sentence on why it can't be read */
export async function readFile(file: File): Promise<string> {
  const { name, size } = file;
  if (size > fileMaxBytes) {
    throw new Error(
      `${name} has ${Math.round(size / 1_000_000)} MB, and ${Math.floor(fileMaxBytes / 1_000_000)} MB are the most that is read here`,
    );
  }
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch (error) {
    throw new Error(
      `${name} can't be read: it is a folder, or was changed since it was picked. Pick it again`,
      { cause: error },
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error(`${name} is not UTF-8: save it as UTF-8`, { cause: error });
  }
}
