/**
 * Writes lines one after the other, of which each is a good deal like the one before it: what is the same is copied as
 * bytes, and only what is not is looked at for what must be encoded, and written.
 */

export interface WrittenField<Of> {
  /** In Latin-1; empty where there is none. */
  readonly value: (of: Of) => string;
  /** How a value stands in a line, in ASCII. */
  readonly write: (value: string) => string;
}

/** Longer ones are written by a call, which costs as much as so many characters by themselves. */
const shortMax = 40;
/** Of a line that is longer nothing is kept, in bytes: they are few, and there may be many writers. */
const keptMax = 4096;
const roomAtFirst = 512;
const noBytes = Buffer.alloc(0);

export class LineWriter<Of> {
  readonly #fields: readonly WrittenField<Of>[];
  /** What stands before each field, and behind the last. */
  readonly #between: readonly string[];
  readonly #betweenLength: number;
  /** What each field was in the line that was read last, and how it is written. */
  readonly #values: string[];
  readonly #written: string[];
  /** How long that is in the line that was written last. */
  readonly #lengths: number[];
  readonly #hasChanged: boolean[];
  #line = noBytes;
  /** Where the next one is put together. */
  #spare = noBytes;
  /** Whether there is a line to copy from. */
  #isWritten = false;
  #length = 0;

  /** @param between what stands before each field, and behind the last: one more than there are fields */
  constructor(fields: readonly WrittenField<Of>[], between: readonly string[]) {
    this.#fields = fields;
    this.#between = between;
    this.#betweenLength = between.reduce((sum, { length }) => sum + length, 0);
    this.#values = fields.map(() => "");
    this.#written = fields.map(({ write }) => write(""));
    this.#lengths = fields.map(() => 0);
    this.#hasChanged = fields.map(() => true);
  }

  /** Of the line that was read last, in bytes. */
  get length(): number {
    return this.#length;
  }

  /** Reads what a line tells, and puts it together. */
  read(of: Of): this {
    this.#length = this.#readValues(of);
    if (this.#spare.length < this.#length) {
      this.#spare = Buffer.allocUnsafeSlow(Math.max(this.#length, roomAtFirst));
    }
    const line = this.#spare;
    if (this.#isWritten) this.#putChanged(line);
    else this.#putAll(line);
    this.#spare = this.#line;
    this.#line = line;
    this.#isWritten = true;
    return this;
  }

  /** Writes the line that was read last. There is room for it. */
  write(into: Buffer, at: number): void {
    this.#line.copy(into, at, 0, this.#length);
    if (this.#length > keptMax) this.#forget();
  }

  /** The line that was read last, in ASCII. */
  get text(): string {
    return this.#line.toString("latin1", 0, this.#length);
  }

  /** @returns how long the line is */
  #readValues(of: Of): number {
    let length = this.#betweenLength;
    for (let index = 0; index < this.#fields.length; index += 1) {
      const { value: read, write } = this.#fields[index]!;
      const value = read(of);
      if (value !== this.#values[index]) {
        this.#values[index] = value;
        this.#written[index] = write(value);
        this.#hasChanged[index] = true;
      }
      length += this.#written[index]!.length;
    }
    return length;
  }

  #putAll(line: Buffer): void {
    let at = 0;
    for (let index = 0; index < this.#fields.length; index += 1) {
      at = put(this.#between[index]!, line, at);
      at = this.#putField(index, line, at);
    }
    put(this.#between[this.#fields.length]!, line, at);
  }

  #putChanged(line: Buffer): void {
    const before = this.#line;
    /** Of the line before: as far as it was gone through, and what of that was not copied yet. */
    let seen = 0;
    let copied = 0;
    let at = 0;
    for (let index = 0; index < this.#fields.length; index += 1) {
      seen += this.#between[index]!.length;
      const length = this.#lengths[index]!;
      if (this.#hasChanged[index]!) {
        at = copy(before, copied, seen, line, at);
        at = this.#putField(index, line, at);
        copied = seen + length;
      }
      seen += length;
    }
    copy(before, copied, seen + this.#between[this.#fields.length]!.length, line, at);
  }

  #putField(index: number, line: Buffer, at: number): number {
    const written = this.#written[index]!;
    this.#hasChanged[index] = false;
    this.#lengths[index] = written.length;
    return put(written, line, at);
  }

  #forget(): void {
    this.#isWritten = false;
    this.#line = noBytes;
    this.#spare = noBytes;
    for (const [index, { write }] of this.#fields.entries()) {
      this.#values[index] = "";
      this.#written[index] = write("");
    }
  }
}

/** @returns where it ends */
function put(text: string, line: Buffer, at: number): number {
  const { length } = text;
  if (length > shortMax) line.write(text, at, "latin1");
  else for (let index = 0; index < length; index += 1) line[at + index] = text.charCodeAt(index);
  return at + length;
}

/** @returns where it ends */
function copy(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  if (end - start > shortMax) from.copy(to, at, start, end);
  else for (let index = start; index < end; index += 1) to[at + index - start] = from[index]!;
  return at + end - start;
}
