/**
 * What origins send that they should not, and what viewers get of it: 502 where it is no answer that could be relayed, a
 * connection that breaks off where its beginning was, and the answer where only one reading is left.
 */

export interface MisbehavingOrigin {
  readonly name: string;
  /** All that it sends to a GET, behind which it ends the connection. */
  readonly sends: string;
  /** `refused` is 502; `broken` is an answer that a viewer sees to be incomplete; else the body that viewers get. */
  readonly viewersGet: "refused" | "broken" | { readonly body: string };
  /** Whether its connection broke off, so that it may be asked again; what was nonsense is none a second time either. */
  readonly mayBeAskedAgain: boolean;
}

const ok = "HTTP/1.1 200 OK\r\n";
const long = `${ok}Content-Length: 5\r\n`;
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;
const inChunks = "5\r\nhello\r\n0\r\n\r\n";

/** No head that has one meaning: nothing of it goes on. */
const refused: readonly (readonly [name: string, sends: string])[] = [
  ["another protocol", "SSH-2.0-OpenSSH\r\n\r\n"],
  ["TLS", "\x15\x03\x01\0\x02\x02\x46"],
  ["HTTP/0.9", "<h1>hello</h1>\r\n"],
  [
    "HTTP/2's settings",
    "\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff",
  ],
  ["HTTP/2 by its number", "HTTP/2 200 OK\r\n\r\n"],
  ["a version that does not exist", "HTTP/1.7 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a protocol in small letters", "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["Shoutcast's status line", "ICY 200 OK\r\n\r\n"],
  ["two spaces before the status", "HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a tab before the status", "HTTP/1.1\t200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a status below 100", "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n"],
  ["a status of letters", "HTTP/1.1 two OK\r\nContent-Length: 0\r\n\r\n"],
  ["a negative status", "HTTP/1.1 -200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["a NUL in the reason", "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n"],
  ["a bare CR in the reason", "HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n"],
  ["an empty line before the status", `\r\n${long}\r\nhello`],
  ["a folded header", `${ok}X-A: a\r\n b\r\nContent-Length: 0\r\n\r\n`],
  ["a folded length", `${ok}Content-Length:\r\n 5\r\n\r\nhello`],
  ["a header without a colon", `${ok}X-A\r\nContent-Length: 0\r\n\r\n`],
  ["a header without a name", `${ok}: a\r\nContent-Length: 0\r\n\r\n`],
  ["a space before a colon", `${ok}Content-Length : 5\r\n\r\nhello`],
  ["a space in a name", `${ok}X A: b\r\nContent-Length: 0\r\n\r\n`],
  ["a byte beyond ASCII in a name", `${ok}X-\xe9: b\r\nContent-Length: 0\r\n\r\n`],
  ["a NUL in a value", `${ok}X-A: a\0b\r\nContent-Length: 0\r\n\r\n`],
  ["a bare CR in a value", `${ok}X-A: a\rb\r\nContent-Length: 0\r\n\r\n`],
  ["a bare LF in a value", `${ok}X-A: a\nb\r\nContent-Length: 0\r\n\r\n`],
  ["a length and chunks", `${long}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  [
    "chunks and a length",
    `${ok}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n${inChunks}`,
  ],
  ["the same length twice", `${long}Content-Length: 5\r\n\r\nhello`],
  ["two lengths", `${long}Content-Length: 6\r\n\r\nhello`],
  ["a list of lengths", `${ok}Content-Length: 5, 5\r\n\r\nhello`],
  ["a length with a sign", `${ok}Content-Length: +5\r\n\r\nhello`],
  ["a negative length", `${ok}Content-Length: -5\r\n\r\nhello`],
  ["a length in hexadecimal", `${ok}Content-Length: 0x5\r\n\r\nhello`],
  ["an empty length", `${ok}Content-Length:\r\n\r\nhello`],
  ["a length of words", `${ok}Content-Length: five\r\n\r\nhello`],
  ["a length over 64 bits", `${ok}Content-Length: 18446744073709551621\r\n\r\nhello`],
  ["gzip inside chunks", `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n${inChunks}`],
  ["gzip without chunks", `${ok}Transfer-Encoding: gzip\r\n\r\nhello`],
  ["identity", `${ok}Transfer-Encoding: identity\r\n\r\nhello`],
  ["an unknown coding", `${ok}Transfer-Encoding: cow\r\n\r\nhello`],
  ["an empty coding", `${ok}Transfer-Encoding:\r\n\r\nhello`],
  ["chunks twice", `${ok}Transfer-Encoding: chunked, chunked\r\n\r\n${inChunks}`],
  [
    "chunks and identity on two lines",
    `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n${inChunks}`,
  ],
  [
    "gzip and chunks on two lines",
    `${ok}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n${inChunks}`,
  ],
  ["chunks in HTTP/1.0", `HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${inChunks}`],
  [
    "a switch that nobody asked for",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
  ],
  [
    "two ranges",
    "HTTP/1.1 206 OK\r\nContent-Range: bytes 0-4/99\r\nContent-Range: bytes 0-9/99\r\nContent-Length: 5\r\n\r\nhello",
  ],
  [
    "a length that is not its range's",
    "HTTP/1.1 206 OK\r\nContent-Range: bytes 0-9/99\r\nContent-Length: 5\r\n\r\nhello",
  ],
  [
    "many headers of over 32,768 bytes with their line ends",
    `${ok}${"X-A: b\r\n".repeat(4200)}Content-Length: 0\r\n\r\n`,
  ],
  ["a header over 32,768 bytes", `${ok}X-A: ${"a".repeat(40_000)}\r\n\r\n`],
  ["a reason over 32,768 bytes", `HTTP/1.1 200 ${"a".repeat(40_000)}\r\n\r\n`],
  ["a hundred thousand empty lines", "\r\n".repeat(100_000)],
  [
    "informational answers over 32,768 bytes",
    `${"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(2000)}${long}\r\nhello`,
  ],
];

/** The connection ends before there is a head. */
const unfinished: readonly (readonly [name: string, sends: string])[] = [
  ["bare LFs", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"],
  ["an informational answer and no more", "HTTP/1.1 100 Continue\r\n\r\n"],
  ["half a head", `${ok}Content-Le`],
  ["half a status line", "HTTP/1.1 2"],
];

/** The head is one, and what follows it is no body. */
const broken: readonly (readonly [name: string, sends: string])[] = [
  ["less than its length", `${long}\r\nhell`],
  ["nothing of its length", `${long}\r\n`],
  ["no last chunk", `${chunked}5\r\nhello\r\n`],
  ["no chunk at all", chunked],
  ["no empty line behind the last chunk", `${chunked}5\r\nhello\r\n0\r\n`],
  ["half a chunk", `${chunked}5\r\nhel`],
  ["a chunk's size that is none", `${chunked}5\r\nhello\r\nZZ\r\n\r\n`],
  ["a chunk's size with a sign", `${chunked}+5\r\nhello\r\n0\r\n\r\n`],
  ["a negative chunk's size", `${chunked}-5\r\nhello\r\n0\r\n\r\n`],
  ["a chunk's size with 0x", `${chunked}0x5\r\nhello\r\n0\r\n\r\n`],
  ["a space before a chunk's size", `${chunked} 5\r\nhello\r\n0\r\n\r\n`],
  ["a space behind a chunk's size", `${chunked}5 \r\nhello\r\n0\r\n\r\n`],
  ["an empty chunk's size", `${chunked}\r\nhello\r\n0\r\n\r\n`],
  ["a chunk's size over 64 bits", `${chunked}10000000000000005\r\nhello\r\n0\r\n\r\n`],
  ["a bare LF behind a chunk's size", `${chunked}5\nhello\r\n0\r\n\r\n`],
  ["a bare LF behind a chunk", `${chunked}5\r\nhello\n0\r\n\r\n`],
  ["a chunk that is longer than it says", `${chunked}4\r\nhello\r\n0\r\n\r\n`],
  ["a chunk that is shorter than it says", `${chunked}6\r\nhello\r\n0\r\n\r\n`],
  ["a bare CR in a trailer", `${chunked}5\r\nhello\r\n0\r\nX-A: a\rb\r\n\r\n`],
  [
    "an extension of a chunk over 16,384 bytes",
    `${chunked}1;${"a".repeat(20_000)}\r\nb\r\n0\r\n\r\n`,
  ],
];

/** Odd, and of one meaning: the answer ends where it says. */
const relayed: readonly (readonly [name: string, sends: string, body: string])[] = [
  ["more than its length", `${long}\r\nhello, world`, "hello"],
  ["a second answer that nobody asked for", `${long}\r\nhello${long}\r\nwrong`, "hello"],
  ["more behind the last chunk", `${chunked}${inChunks}more`, "hello"],
  ["a body behind a 204", "HTTP/1.1 204 No Content\r\n\r\nhello", ""],
  ["no reason", "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello", "hello"],
  ["a reason beyond ASCII", "HTTP/1.1 200 \xe9\r\nContent-Length: 5\r\n\r\nhello", "hello"],
  ["neither length nor chunks", `${ok}\r\nhello`, "hello"],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello", "hello"],
  ["leading zeros in its length", `${ok}Content-Length: 0005\r\n\r\nhello`, "hello"],
  [
    "chunks with leading zeros and extensions",
    `${chunked}0005;a="b"\r\nhello\r\n000\r\n\r\n`,
    "hello",
  ],
  [
    "trailers that would change its framing",
    `${chunked}5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n`,
    "hello",
  ],
  [
    "several dates and servers",
    `${ok}Date: a\r\nDate: b\r\nServer: a\r\nServer: b\r\nContent-Length: 5\r\n\r\nhello`,
    "hello",
  ],
];

type ViewersGet = MisbehavingOrigin["viewersGet"];

const origin = (name: string, sends: string, viewersGet: ViewersGet, mayBeAskedAgain = false) => ({
  ...{ name, sends, viewersGet, mayBeAskedAgain },
});

export const misbehavingOrigins: readonly MisbehavingOrigin[] = [
  ...refused.map(([name, sends]) => origin(name, sends, "refused")),
  ...unfinished.map(([name, sends]) => origin(name, sends, "refused", true)),
  ...broken.map(([name, sends]) => origin(name, sends, "broken", true)),
  ...relayed.map(([name, sends, body]) => origin(name, sends, { body })),
];
