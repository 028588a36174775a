/**
 * Reads a line of curl as the request that it would send: the options that people paste from browsers'
 * "Copy as cURL", and those that they add by hand. What is not known, or reads files, is refused by name.
 *
 * Source: curl's manual.
 */
import { OptionError } from "../node/option-table.ts";
import { curlWords } from "./curl-words.ts";

export interface CurlRequest {
  readonly url: URL;
  /** Of the URL, as it is written: URL would normalize it. */
  readonly target: string;
  readonly method: string;
  /** Names and values in turn, Host first. */
  readonly headers: readonly string[];
  readonly body: string | undefined;
  /** Whether any certificate will do. */
  readonly insecure: boolean;
  /** Where to connect instead of the URL's own host and port. */
  readonly connectTo: { readonly host: string; readonly port: number } | undefined;
}

interface Read {
  readonly urls: string[];
  readonly headers: (readonly [name: string, value: string])[];
  readonly data: string[];
  method: string | undefined;
  isHead: boolean;
  isGet: boolean;
  isJson: boolean;
  isCompressed: boolean;
  insecure: boolean;
  connectTo: { readonly host: string; readonly port: number } | undefined;
}

/** What an option does with its value. */
type Take = (read: Read, value: string) => void;

const withValue: Readonly<Record<string, Take>> = {
  "--url": ({ urls }, value) => void urls.push(value),
  "--request": (read, value) => void (read.method = value),
  "--header": addHeader,
  "--user-agent": (read, value) => addHeader(read, `User-Agent: ${value}`),
  "--referer": (read, value) => addHeader(read, `Referer: ${value.replace(/;auto$/, "")}`),
  "--cookie": (read, value) => {
    if (!value.includes("="))
      throw new OptionError(`-b "${value}" is a file of cookies: give them as NAME=VALUE`);
    addHeader(read, `Cookie: ${value}`);
  },
  "--user": (read, value) => {
    const pair = Buffer.from(value.includes(":") ? value : `${value}:`, "utf8").toString("base64");
    addHeader(read, `Authorization: Basic ${pair}`);
  },
  "--range": (read, value) => addHeader(read, `Range: bytes=${value}`),
  "--data": addData,
  "--data-ascii": addData,
  "--data-binary": addData,
  "--data-raw": ({ data }, value) => void data.push(value),
  "--data-urlencode": ({ data }, value) => void data.push(urlEncoded(value)),
  "--json": (read, value) => {
    addData(read, value);
    read.isJson = true;
  },
  "--resolve": (read, value) => {
    const [, port, address] = /^[^:]*:(\d+):\[?([^\],]+)\]?$/.exec(value) ?? [];
    read.connectTo = destination("--resolve", value, address, port);
  },
  "--connect-to": (read, value) => {
    const [, host, port] = /^[^:]*:\d*:\[?([^\]]+?)\]?:(\d+)$/.exec(value) ?? [];
    read.connectTo = destination("--connect-to", value, host, port);
  },
};

const withoutValue: Readonly<Record<string, (read: Read) => void>> = {
  "--head": (read) => void (read.isHead = true),
  "--get": (read) => void (read.isGet = true),
  "--compressed": (read) => void (read.isCompressed = true),
  "--insecure": (read) => void (read.insecure = true),
};

/** They are about what curl prints, or what it does after the answer that is explained. */
const aboutOutput: ReadonlySet<string> = new Set([
  ...["--silent", "--show-error", "--verbose", "--include", "--fail", "--location", "--globoff"],
  ...["--no-progress-meter", "--progress-bar", "--no-buffer", "--path-as-is", "--http1.1"],
]);
const aboutOutputWithValue: ReadonlySet<string> = new Set([
  ...["--output", "--write-out", "--max-time", "--connect-timeout", "--dump-header", "--retry"],
]);

const short: Readonly<Record<string, string>> = {
  ...{ X: "--request", H: "--header", A: "--user-agent", e: "--referer", b: "--cookie" },
  ...{ u: "--user", r: "--range", d: "--data", I: "--head", G: "--get", k: "--insecure" },
  ...{ s: "--silent", S: "--show-error", v: "--verbose", i: "--include", f: "--fail" },
  ...{ L: "--location", g: "--globoff", N: "--no-buffer", "#": "--progress-bar" },
  ...{ o: "--output", w: "--write-out", m: "--max-time", D: "--dump-header" },
};

/** @throws OptionError, naming what it can't be read by */
export function readCurlLine(line: string): CurlRequest {
  const [program = "", ...words] = curlWords(line);
  if (!/^(?:.*\/)?curl(?:\.exe)?$/.test(program)) {
    throw new OptionError(`--curl takes a line that begins with curl, got "${program}"`);
  }
  const read: Read = {
    ...{ urls: [], headers: [], data: [], method: undefined, connectTo: undefined },
    ...{ isHead: false, isGet: false, isJson: false, isCompressed: false, insecure: false },
  };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (word.startsWith("--")) index += takeLong(word, words[index + 1], read);
    else if (word.startsWith("-") && word.length > 1)
      index += takeShort(word, words[index + 1], read);
    else read.urls.push(word);
  }
  return requestOf(read);
}

/** @returns how many of the words behind it belong to it */
function takeLong(word: string, next: string | undefined, read: Read): 0 | 1 {
  const plain = withoutValue[word];
  if (plain !== undefined) plain(read);
  if (plain !== undefined || aboutOutput.has(word)) return 0;
  const take = withValue[word];
  if (take === undefined && !aboutOutputWithValue.has(word)) throw unknownOption(word);
  if (next === undefined) throw new OptionError(`The line of curl has no value for ${word}`);
  take?.(read, next);
  return 1;
}

/** Letters may stand together, and the last one's value right behind it. */
function takeShort(word: string, next: string | undefined, read: Read): 0 | 1 {
  for (let at = 1; at < word.length; at += 1) {
    const long = short[word[at]!];
    if (long === undefined) throw unknownOption(`-${word[at]}`);
    if (withoutValue[long] !== undefined || aboutOutput.has(long)) takeLong(long, undefined, read);
    else if (at + 1 < word.length) {
      takeLong(long, word.slice(at + 1), read);
      return 0;
    } else return takeLong(long, next, read);
  }
  return 0;
}

function unknownOption(option: string): OptionError {
  return new OptionError(
    `The line of curl has ${option}, which is not understood here: leave it out, or send the request yourself and explain its X-Amz-Cf-Id`,
  );
}

function addHeader({ headers }: Read, line: string): void {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+)\s*[:;]\s*(.*?)\s*$/s.exec(line) ?? [];
  if (name === undefined || value === undefined || /[\r\n\0]/.test(value)) {
    throw new OptionError(`A header is written "Name: value", got "${line}"`);
  }
  headers.push([name, value]);
}

function addData({ data }: Read, value: string): void {
  if (value.startsWith("@")) {
    throw new OptionError(`The line of curl reads a file, ${value.slice(1)}: give the data itself`);
  }
  data.push(value);
}

function urlEncoded(value: string): string {
  const equals = value.indexOf("=");
  if (equals < 0 && value.includes("@")) {
    throw new OptionError(`The line of curl reads a file, ${value}: give the data itself`);
  }
  const name = equals > 0 ? `${value.slice(0, equals)}=` : "";
  return `${name}${encodeURIComponent(value.slice(equals + 1))}`;
}

function destination(
  option: string,
  value: string,
  host: string | undefined,
  port: string | undefined,
): { readonly host: string; readonly port: number } {
  if (host === undefined || port === undefined) {
    throw new OptionError(`${option} of the line of curl can't be read: "${value}"`);
  }
  return { host, port: Number(port) };
}

function requestOf(read: Read): CurlRequest {
  const [written, ...others] = read.urls;
  if (written === undefined || others.length > 0) {
    throw new OptionError(`The line of curl must have one URL, it has ${read.urls.length}`);
  }
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `http://${written}`;
  const url = URL.parse(full);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new OptionError(`The line of curl has no URL of http or https, but "${written}"`);
  }
  const data = read.data.length === 0 ? undefined : read.data.join(read.isJson ? "" : "&");
  const query = read.isGet ? data : undefined;
  const body = read.isGet ? undefined : data;
  const otherwise = read.isHead ? "HEAD" : body === undefined ? "GET" : "POST";
  return {
    url,
    target: targetOf(full, query),
    method: read.method ?? otherwise,
    headers: headersOf(read, url, body),
    body,
    insecure: read.insecure,
    connectTo: read.connectTo,
  };
}

/** @param query what is added to the URL's own */
function targetOf(url: string, query: string | undefined): string {
  const [, path = "", own] = /^[a-z0-9+.-]+:\/\/[^/?#]*([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  const all = [own, query].filter((part) => part !== undefined).join("&");
  const target = `${path || "/"}${all === "" ? "" : `?${all}`}`;
  return target.replaceAll(/[^\u0021-\u007e]/gu, (char) => encodeURIComponent(char));
}

/** curl adds what was not given; a name that was given without a value is left out. */
function headersOf(read: Read, url: URL, body: string | undefined): readonly string[] {
  const given = new Set(read.headers.map(([name]) => name.toLowerCase()));
  const added: (readonly [string, string])[] = [
    ["Host", url.host],
    ["User-Agent", "footlight-explain"],
    ["Accept", read.isJson ? "application/json" : "*/*"],
    ...(read.isCompressed ? [["Accept-Encoding", "gzip, deflate, br, zstd"] as const] : []),
    ...(body === undefined
      ? []
      : [
          [
            "Content-Type",
            read.isJson ? "application/json" : "application/x-www-form-urlencoded",
          ] as const,
          ["Content-Length", String(Buffer.byteLength(body))] as const,
        ]),
  ];
  const lines = [...added.filter(([name]) => !given.has(name.toLowerCase())), ...read.headers];
  return lines.filter(([, value]) => value !== "").flat();
}
