/**
 * The objects of many viewers' origin. Each line of a body says for which request it was made, and of
 * which version of the object it is, so that any piece of it that holds a line can be told from all others.
 */

export interface ObjectRequest {
  readonly path: string;
  readonly query: string;
  readonly language: string;
  readonly cookie: string;
  /** What of gzip and br the viewer takes, as the origin is told. */
  readonly encodings: string;
}

export interface Line {
  readonly identity: string;
  readonly version: number;
}

export const lineLength = 96;

export function identityOf(request: ObjectRequest): string {
  const { path, query, language, cookie, encodings } = request;
  return [path, query, language, cookie, encodings].join("|");
}

/** @returns how many lines the object of a path has: a few have many, most have some */
export function linesOf(path: string): number {
  const number = Number(path.slice(path.lastIndexOf("/") + 1));
  return number % 20 === 19 ? 2500 : 1 + ((number * 7) % 60);
}

export function bodyOf(path: string, line: Line): Buffer {
  let body = "";
  for (let index = 0; index < linesOf(path); index += 1) body += textOf(line, index);
  return Buffer.from(body);
}

function textOf({ identity, version }: Line, index: number): string {
  return `${`${index} v${version} ${identity} `.padEnd(lineLength - 1, ".")}\n`;
}

/** @returns what the first whole line says; undefined when there is none */
export function firstLine(bytes: Buffer, position: number): Line | undefined {
  const from = Math.ceil(position / lineLength) * lineLength - position;
  if (from + lineLength > bytes.length) return undefined;
  const [, version = "", identity] = bytes.toString("latin1", from, from + lineLength).split(" ");
  return identity === undefined ? undefined : { identity, version: Number(version.slice(1)) };
}
