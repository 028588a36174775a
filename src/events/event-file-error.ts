/** A file beside a function that can't be read, or says what makes no sense. The message begins with the file's name. */
export class EventFileError extends Error {
  override readonly name = "EventFileError";

  /** @param why in words that say what to do; a clause about the file, like `is not JSON: …` */
  constructor(file: string, why: string, options?: ErrorOptions) {
    super(`${file} ${why}`, options);
  }
}
