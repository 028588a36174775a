/** Made-up HTTP messages whose framing is odd in every way that we know of, for fuzz tests. */
import * as fc from "fast-check";

/** The seed and how many messages are made up: `FOOTLIGHT_FUZZ_SEED`, `FOOTLIGHT_FUZZ_FRAMING`. */
export const seed = Number(process.env["FOOTLIGHT_FUZZ_SEED"] ?? 1);
export const rounds = Number(process.env["FOOTLIGHT_FUZZ_FRAMING"] ?? 400);
/** The longest that a test of so many rounds takes on a busy machine, in milliseconds. */
export const timeout = 30_000 + rounds * 100;

const lengths = ["0", "5", "05", "6", "4", "+5", "-5", "5,5", "5, 5", "0x5", "5 5", "", "5;", "99"];
const codings = [
  "chunked",
  "Chunked",
  "gzip, chunked",
  "chunked, gzip",
  "chunked, chunked",
  "identity",
  "gzip",
  "",
  "\tchunked",
  "\x0bchunked",
  "chunked;q=1",
  '"chunked"',
  ",chunked",
  "chunke",
];
const framing = fc.oneof(
  { weight: 4, arbitrary: fc.constant("Content-Length: 5") },
  { weight: 4, arbitrary: fc.constant("Transfer-Encoding: chunked") },
  fc.constantFrom(...lengths).map((value) => `Content-Length: ${value}`),
  fc.constantFrom(...codings).map((value) => `Transfer-Encoding: ${value}`),
  fc
    .tuple(fc.constantFrom(...codings), fc.constantFrom(...codings))
    .map((both) => both.map((value) => `Transfer-Encoding: ${value}`).join("\r\n")),
  fc
    .constantFrom(...codings)
    .map((value) => `Transfer-Encoding: ${value}\r\nTransfer-Encoding: chunked`),
  fc.constantFrom(
    "content-length:5",
    "CONTENT-LENGTH:\t5",
    "Content-Length : 5",
    "Content_Length: 5",
    "Content-Length\x00: 5",
    "transfer-encoding:chunked",
    "Transfer-Encoding : chunked",
    "Transfer_Encoding: chunked",
    " Transfer-Encoding: chunked",
    "X-A: b\r\n folded",
    "X-A: b\rTransfer-Encoding: chunked",
    "X-A: b\nTransfer-Encoding: chunked",
    "X-A: b\x00",
    "Trailer: Content-Length",
    ": 5",
    "no colon",
  ),
);
const harmless = fc.constantFrom("X-A: b", "X-A:", "Accept: */*", "Cookie: a=b", "X-\xe9: b");
const lastLine = fc.oneof(
  { weight: 14, arbitrary: fc.constant("\r\n") },
  fc.constantFrom("\n", "\r", "\r\n\r\n", " \r\n"),
);

const hidden = "GET /hidden HTTP/1.1\r\nHost: hidden\r\n\r\n";
const body = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("", "hello", "5\r\nhello\r\n0\r\n\r\n") },
  fc.constantFrom(
    "0\r\n\r\n",
    `0\r\n\r\n${hidden}`,
    "005\r\nhello\r\n0\r\n\r\n",
    "5;a=b\r\nhello\r\n0\r\n\r\n",
    '5;a="\r\n"\r\nhello\r\n0\r\n\r\n',
    "5 \r\nhello\r\n0\r\n\r\n",
    "+5\r\nhello\r\n0\r\n\r\n",
    "0x5\r\nhello\r\n0\r\n\r\n",
    "-1\r\nhello\r\n0\r\n\r\n",
    "5\nhello\n0\n\n",
    "5\r\nhello0\r\n\r\n",
    "5\r\nhello!\r\n0\r\n\r\n",
    "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n",
    "5\r\nhello\r\n0\r\n X: folded\r\n\r\n",
    "10000000000000005\r\nhello\r\n0\r\n\r\n",
    "5\r\nhello\r\n",
    "hell",
    hidden,
  ),
);

function lines(...extra: fc.Arbitrary<string>[]): fc.Arbitrary<string[]> {
  return fc.array(fc.oneof({ weight: 3, arbitrary: framing }, harmless, ...extra), {
    maxLength: 2,
  });
}

const connection = fc.constantFrom(
  "Connection: keep-alive",
  "Connection: X-A",
  "Connection: Content-Length",
  "Connection: Transfer-Encoding",
  "Connection: Upgrade\r\nUpgrade: h2c",
  "Connection: close\r\nConnection: keep-alive",
  "Expect: 100-continue",
  "Expect: 100-continue\r\nExpect: wonders",
);

/** A request for "/" and its number, to `host`. */
function oddRequest(host: string, number: number): fc.Arbitrary<string> {
  const requestLine = fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .constantFrom("POST", "PUT", "GET", "DELETE", "OPTIONS", "HEAD")
        .map((method) => `${method} /${number} HTTP/1.1`),
    },
    fc.constantFrom(
      `POST /${number} HTTP/1.0`,
      `POST  /${number} HTTP/1.1`,
      `POST /${number} HTTP/1.1 `,
      `POST /${number}`,
      `\r\nPOST /${number} HTTP/1.1`,
    ),
  );
  const hosts = fc.oneof(
    { weight: 12, arbitrary: fc.constant([`Host: ${host}`]) },
    fc.constantFrom([], [`Host: ${host}`, `Host: ${host}`], [`Host : ${host}`]),
  );
  const plain = fc.constantFrom(
    `GET /${number} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `POST /${number} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\n\r\nhello`,
    `PUT /${number} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  );
  const odd = fc
    .tuple(requestLine, hosts, lines(connection), lastLine, body)
    .map(
      ([start, first, more, end, content]) =>
        `${[start, ...first, ...more].join("\r\n")}\r\n${end}${content}`,
    );
  return fc.oneof({ weight: 2, arbitrary: odd }, { weight: 1, arbitrary: plain });
}

/** What a client sends on one connection, in packets. The last request asks for its end. */
export function oddConnection(host: string): fc.Arbitrary<string[]> {
  const last = `GET /last HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  return fc
    .tuple(oddRequest(host, 1), oddRequest(host, 2), fc.array(fc.nat(400), { maxLength: 3 }))
    .map(([one, two, cuts]) => {
      const text = one + two + last;
      const ends = [
        ...new Set([...cuts.filter((cut) => cut > 0 && cut < text.length), text.length]),
      ];
      ends.sort((a, b) => a - b);
      return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
    });
}

/** What an origin answers to a request, behind which it ends the connection. */
export const oddResponse: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constant("HTTP/1.1 200 OK") },
      fc.constantFrom("HTTP/1.1 206 Partial", "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 200 OK"),
    ),
    lines(
      fc.constantFrom(
        "Connection: X-A",
        "Connection: close\r\nConnection: X-A",
        "Connection: X-A\r\nConnection: close",
        "Connection: Content-Length",
        "Connection: Transfer-Encoding",
        "Content-Range: bytes 0-4/5",
        "Content-Range: bytes 0-9/10",
        "Content-Range: bytes 0-4/5\r\nContent-Range: bytes 0-9/10",
      ),
    ),
    lastLine,
    body,
  )
  .map(([start, more, end, content]) => `${[start, ...more].join("\r\n")}\r\n${end}${content}`);
