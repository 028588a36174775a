/**
 * Requests that two readers could take apart in two ways, and what is to come of each. It follows what is known of
 * request smuggling: whose length counts, where a line ends, what a name is, how large a chunk is, whose host is meant.
 *
 * Each is sent on a connection of its own with a plain request behind it, `GET /NNN/last`. Many of them carry one more
 * where a body is, `GET /NNN/hidden`, which nobody may ever take for a request.
 */
import { domainName } from "./viewer-scene.ts";

export interface SmugglingVariant {
  readonly name: string;
  /** With `NNN` where the variant's number belongs, of the same length. */
  readonly text: string;
  /**
   * What the server behind is asked: `none` where the edge refuses it and ends the connection; `one` where the connection
   * ends behind it; `both` where it means one thing only, and the request behind it is answered too; `last` where it is
   * answered by the edge itself, and the request behind it by the server; `begun` where the edge refuses it for its body,
   * of which the server may have seen the beginning.
   */
  readonly reaches: "none" | "one" | "both" | "last" | "begun";
}

type Row = readonly [name: string, text: string, reaches?: SmugglingVariant["reaches"]];

const host = `Host: ${domainName}`;
const hidden = `GET /NNN/hidden HTTP/1.1\r\n${host}\r\n\r\n`;
const inChunks = "5\r\nhello\r\n0\r\n\r\n";
const hiddenChunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;

/** @param lines header lines behind Host, without the last line end */
function post(lines: string, body: string, start = "POST /NNN/one HTTP/1.1"): string {
  return `${start}\r\n${host}\r\n${lines}\r\n\r\n${body}`;
}

const ofLength = (value: string) => post(`Content-Length: ${value}`, "hello");
const coded = (value: string) => post(`Transfer-Encoding: ${value}`, inChunks);
const chunks = (body: string) => post("Transfer-Encoding: chunked", body);
/** A length that covers a request, beside what another reader could take for the coding of the body. */
const both = (line: string) =>
  post(`Content-Length: ${5 + hidden.length}\r\n${line}`, `0\r\n\r\n${hidden}`);
const get = (more: string) => `GET /NNN/one HTTP/1.1\r\n${host}\r\n${more}\r\n`;

const lengths: readonly Row[] = [
  ["a length", ofLength("5"), "both"],
  ["a length with leading zeros", ofLength("0005"), "both"],
  ["a length behind a tab", ofLength("\t5"), "both"],
  ["a length before spaces and tabs", ofLength("5 \t "), "both"],
  ["a length that covers a request", post(`Content-Length: ${hidden.length}`, hidden), "both"],
  ["a length with a plus", ofLength("+5")],
  ["a length with a minus", ofLength("-5")],
  ["a negative zero", ofLength("-0")],
  ["a length twice in a line", ofLength("5, 5")],
  ["a length twice without a space", ofLength("5,5")],
  ["a length with a comma behind it", ofLength("5,")],
  ["a length with a comma before it", ofLength(",5")],
  ["two numbers", ofLength("5 5")],
  ["a length in hexadecimal", ofLength("0x5")],
  ["a length in octal", ofLength("0o5")],
  ["a length with a fraction", ofLength("5.0")],
  ["a length with an exponent", ofLength("5e0")],
  ["a length with a separator", ofLength("0_5")],
  ["a length with a parameter", ofLength("5;a=b")],
  ["a quoted length", ofLength('"5"')],
  ["an empty length", ofLength("")],
  ["a length of words", ofLength("five")],
  ["a length over 64 bits that wraps to 5", ofLength("18446744073709551621")],
  ["a length over 128 bits that wraps to 5", ofLength("340282366920938463463374607431768211461")],
  ["a length behind a vertical tab", ofLength("\x0b5")],
  ["a length behind a form feed", ofLength("\x0c5")],
  ["a length before a NUL", ofLength("5\0")],
  ["a length behind a no-break space", ofLength("\xa05")],
  ["a length in digits of another script", ofLength("\xef\xbc\x95")],
  ["a length twice", post("Content-Length: 5\r\nContent-Length: 5", "hello")],
  ["two lengths, the longer first", post("Content-Length: 5\r\nContent-Length: 0", "hello")],
  ["two lengths, the shorter first", post("Content-Length: 0\r\nContent-Length: 5", "hello")],
  ["two lengths, an empty one", post("Content-Length: 5\r\nContent-Length:", "hello")],
  ["two lengths in two cases", post("content-length: 5\r\nCONTENT-LENGTH: 6", "hello")],
  ["two lengths apart", post("Content-Length: 5\r\nX-A: b\r\nContent-Length: 05", "hello")],
];

const codings: readonly Row[] = [
  ["chunks", coded("chunked"), "both"],
  ["chunks in capitals", coded("CHUNKED"), "both"],
  ["a request in a chunk", chunks(hiddenChunk), "both"],
  ["chunks behind a tab", coded("\tchunked"), "both"],
  ["chunks before a tab", coded("chunked\t")],
  ["chunks before a space", coded("chunked "), "both"],
  ["chunks with a parameter", coded("chunked;q=1")],
  ["chunks with an empty parameter", coded("chunked;")],
  ["quoted chunks", coded('"chunked"')],
  ["chunks in apostrophes", coded("'chunked'")],
  ["chunks behind a comma", coded(", chunked")],
  ["chunks before a comma", coded("chunked,")],
  ["chunks behind a vertical tab", coded("\x0bchunked")],
  ["chunks behind a form feed", coded("\x0cchunked")],
  ["chunks before a NUL", coded("chunked\0")],
  ["chunks before a no-break space", coded("chunked\xa0")],
  ["chunks with a Kelvin sign", coded("chun\xe2\x84\xaaed")],
  ["chunks twice in a line", coded("chunked, chunked")],
  ["identity", coded("identity")],
  ["identity and chunks", coded("identity, chunked")],
  ["chunks and identity", coded("chunked, identity")],
  ["gzip inside chunks", coded("gzip, chunked")],
  ["chunks inside gzip", coded("chunked, gzip")],
  ["gzip without chunks", coded("gzip")],
  ["an unknown coding", coded("cow")],
  ["half of a coding", coded("chunk")],
  ["more than a coding", coded("xchunked")],
  ["an empty coding", coded("")],
  ["trailers as a coding", coded("trailers")],
  ["chunks on two lines", coded("chunked\r\nTransfer-Encoding: chunked")],
  ["chunks and identity on two lines", coded("chunked\r\nTransfer-Encoding: identity")],
  ["identity and chunks on two lines", coded("identity\r\nTransfer-Encoding: chunked")],
  ["chunks and nothing on two lines", coded("chunked\r\nTransfer-Encoding:")],
  ["nothing and chunks on two lines", coded("\r\nTransfer-Encoding: chunked")],
  ["gzip and chunks on two lines", coded("gzip\r\nTransfer-Encoding: chunked")],
  ["chunks on two lines in two cases", coded("chunked\r\ntransfer-encoding: Chunked")],
  ["chunks in HTTP/1.0", post("Transfer-Encoding: chunked", inChunks, "POST /NNN/one HTTP/1.0")],
];

const lengthsAndCodings: readonly Row[] = [
  ["a length and chunks", both("Transfer-Encoding: chunked")],
  [
    "chunks and a length",
    post(`Transfer-Encoding: chunked\r\nContent-Length: 5`, `0\r\n\r\n${hidden}`),
  ],
  ["chunks between two lengths", both("Transfer-Encoding: chunked\r\nContent-Length: 5")],
  [
    "a length of nothing and chunks",
    post("Content-Length: 0\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
  ],
  ["a length and an unknown coding", both("Transfer-Encoding: cow")],
  ["a length and identity", both("Transfer-Encoding: identity")],
  ["a length and an empty coding", both("Transfer-Encoding:")],
  ["a length and chunks behind a space", both(" Transfer-Encoding: chunked")],
  ["a length and chunks behind a tab", both("\tTransfer-Encoding: chunked")],
  ["a length and chunks with a space before the colon", both("Transfer-Encoding : chunked")],
  ["a length and chunks with a tab before the colon", both("Transfer-Encoding\t: chunked")],
  ["a length and chunks with a NUL in the name", both("Transfer-Encoding\0: chunked")],
  ["a length and chunks on a folded line", both("Transfer-Encoding:\r\n chunked")],
  ["a length and chunks whose colon is on the next line", both("Transfer-Encoding\r\n: chunked")],
  ["a length and chunks behind a bare CR", both("X-A: b\rTransfer-Encoding: chunked")],
  ["a length and chunks behind a bare LF", both("X-A: b\nTransfer-Encoding: chunked")],
  ["a length and chunks behind two CRs", both("X-A: b\r\r\nTransfer-Encoding: chunked")],
  ["a length and chunks behind a NUL", both("X-A: b\0Transfer-Encoding: chunked")],
  ["a length and chunks behind an underscore", both("Transfer_Encoding: chunked"), "both"],
  ["a length and chunks by a longer name", both("X-Transfer-Encoding: chunked"), "both"],
  ["a length and a content coding of chunks", both("Content-Encoding: chunked"), "both"],
  ["a length and TE", both("TE: chunked"), "both"],
  ["a length and a soft hyphen in the name", both("Transfer\xadEncoding: chunked")],
  ["a length and a dotless i in the name", both("Transfer-Encod\xc4\xb1ng: chunked")],
  ["a length with an underscore", post("Content_Length: 5\r\nContent-Length: 0", ""), "both"],
  ["a length with a space before the colon", post("Content-Length : 5", "hello")],
  ["a length with a space in the name", post("Content Length: 5", "hello")],
  ["a length on a folded line", post("Content-Length:\r\n 5", "hello")],
  ["a length that goes on on the next line", post("Content-Length: 5\r\n 0", "hello")],
  ["a length behind a bare CR", post("X-A: b\rContent-Length: 5", "hello")],
  ["a length behind a bare LF", post("X-A: b\nContent-Length: 5", "hello")],
];

const sized = (size: string) => chunks(`${size}\r\nhello\r\n0\r\n\r\n`);

const chunkRows: readonly Row[] = [
  ["a chunk's size with leading zeros", sized("005"), "both"],
  ["a chunk with an extension", sized("5;a=b"), "both"],
  ["a chunk with an extension without a value", sized("5;a"), "both"],
  ["a chunk with a quoted extension", sized('5;a="b;c"'), "both"],
  ["chunks of one byte", chunks("1\r\na\r\n1\r\nb\r\n0\r\n\r\n"), "both"],
  ["a chunk's size in capitals", chunks("A\r\nhellohello\r\n0\r\n\r\n"), "both"],
  ["a chunk's size with a plus", sized("+5")],
  ["a chunk's size with a minus", sized("-5")],
  ["a chunk's size with 0x", sized("0x5")],
  ["a chunk's size with a letter behind it", sized("5g")],
  ["a chunk's size with a separator", sized("0_5")],
  ["a chunk's size behind a space", sized(" 5")],
  ["a chunk's size behind a tab", sized("\t5")],
  ["a chunk's size before a space", sized("5 ")],
  ["a chunk's size before a tab", sized("5\t")],
  ["two sizes of a chunk", sized("5,5")],
  ["a chunk without a size", sized("")],
  ["a chunk with an extension alone", sized(";a=b")],
  ["a chunk's size over 64 bits that wraps to 5", sized("10000000000000005")],
  ["a chunk's size of 17 digits", sized("fffffffffffffffff")],
  ["a chunk's size before a bare LF", chunks("5\nhello\r\n0\r\n\r\n")],
  ["a chunk's size before a bare CR", chunks("5\rhello\r\n0\r\n\r\n")],
  ["a chunk's size before two CRs", chunks("5\r\r\nhello\r\n0\r\n\r\n")],
  ["a chunk's extension with a bare LF", chunks(`5;a\nhello\r\n0\r\n\r\n${hidden}`)],
  ["a chunk's extension with a bare CR", sized("5;a\rb")],
  ["a chunk's extension with a NUL", sized("5;a\0b")],
  ["a chunk's quoted extension with a line end", sized('5;a="\r\n"')],
  ["a chunk's size before a NUL", sized("5\0")],
  ["a chunk that ends in a bare LF", chunks("5\r\nhello\n0\r\n\r\n")],
  ["a chunk that ends in a bare CR", chunks("5\r\nhello\r0\r\n\r\n")],
  ["a chunk without its line end", chunks("5\r\nhello0\r\n\r\n")],
  ["a chunk that is longer than it says", chunks("5\r\nhello!\r\n0\r\n\r\n")],
  ["a chunk that is shorter than it says", chunks("6\r\nhello\r\n0\r\n\r\n")],
  ["bare LFs in chunks", chunks("5\nhello\n0\n\n")],
  ["a last chunk of several zeros", chunks("5\r\nhello\r\n000\r\n\r\n"), "both"],
  ["a last chunk with an extension", chunks("5\r\nhello\r\n0;a=b\r\n\r\n"), "both"],
  ["a last chunk with a minus", chunks("5\r\nhello\r\n-0\r\n\r\n")],
  ["a last chunk that ends in a bare LF", chunks("5\r\nhello\r\n0\n\r\n")],
  ["a last chunk whose empty line is a bare LF", chunks("5\r\nhello\r\n0\r\n\n")],
  ["a trailer", chunks("5\r\nhello\r\n0\r\nX-A: b\r\n\r\n"), "both"],
  ["a length in the trailers", chunks("5\r\nhello\r\n0\r\nContent-Length: 99\r\n\r\n")],
  ["a coding in the trailers", chunks("5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n")],
  ["a host in the trailers", chunks("5\r\nhello\r\n0\r\nHost: other.example\r\n\r\n"), "both"],
  ["a folded trailer", chunks("5\r\nhello\r\n0\r\nX-A: b\r\n c\r\n\r\n")],
  ["a trailer without a colon", chunks("5\r\nhello\r\n0\r\nX-A\r\n\r\n")],
  ["a trailer with a space before the colon", chunks("5\r\nhello\r\n0\r\nX-A : b\r\n\r\n")],
  ["a trailer with a bare CR", chunks("5\r\nhello\r\n0\r\nX-A: b\rc\r\n\r\n")],
  ["a trailer with a NUL", chunks("5\r\nhello\r\n0\r\nX-A: b\0\r\n\r\n")],
  ["a request line as a trailer", chunks("5\r\nhello\r\n0\r\nGET /NNN/hidden HTTP/1.1\r\n\r\n")],
];

const started = (start: string) => `${start}\r\n${host}\r\n\r\n`;

const requestLines: readonly Row[] = [
  ["an empty line before it", `\r\n${get("")}`, "both"],
  ["HTTP/0.9", "GET /NNN/one\r\n"],
  ["HTTP/0.9 with a Host", `GET /NNN/one\r\n${host}\r\n\r\n`],
  ["HTTP/0.9 by its number", started("GET /NNN/one HTTP/0.9")],
  ["HTTP/1.2", started("GET /NNN/one HTTP/1.2")],
  ["HTTP/1.10", started("GET /NNN/one HTTP/1.10")],
  ["HTTP/11.1", started("GET /NNN/one HTTP/11.1")],
  ["HTTP/2.0", started("GET /NNN/one HTTP/2.0")],
  ["HTTP/1,1", started("GET /NNN/one HTTP/1,1")],
  ["a version in small letters", started("GET /NNN/one http/1.1")],
  ["a version with a space", started("GET /NNN/one HTTP/ 1.1")],
  ["a space behind the version", started("GET /NNN/one HTTP/1.1 ")],
  ["two versions", started("GET /NNN/one HTTP/1.1 HTTP/1.1")],
  ["a tab behind the method", started("GET\t/NNN/one HTTP/1.1")],
  ["a tab before the version", started("GET /NNN/one\tHTTP/1.1")],
  ["a space before the method", started(" GET /NNN/one HTTP/1.1")],
  ["a bare CR behind the request line", `GET /NNN/one HTTP/1.1\r${host}\r\n\r\n`],
  ["a bare LF behind the request line", `GET /NNN/one HTTP/1.1\n${host}\r\n\r\n`],
  ["a bare LF behind all lines", `GET /NNN/one HTTP/1.1\n${host}\n\n`],
  ["an empty line of a bare LF", `GET /NNN/one HTTP/1.1\r\n${host}\r\n\n`],
  ["an empty line of a bare CR", `GET /NNN/one HTTP/1.1\r\n${host}\r\n\r`],
  ["an empty line of spaces", `GET /NNN/one HTTP/1.1\r\n${host}\r\n \r\n\r\n`],
  ["a method in small letters", started("get /NNN/one HTTP/1.1")],
  ["a method with a colon", started("GET: /NNN/one HTTP/1.1")],
  ["a method of bytes beyond ASCII", started("G\xcbT /NNN/one HTTP/1.1")],
  ["a NUL in the path", started("GET /NNN/one\0 HTTP/1.1")],
  ["a bare CR in the path", started("GET /NNN/one\r HTTP/1.1")],
  ["a byte beyond ASCII in the path", started("GET /NNN/one\xe9 HTTP/1.1")],
  ["a space in the path", started("GET /NNN/one two HTTP/1.1")],
  ["a fragment", started("GET /NNN/one#a HTTP/1.1")],
  ["a path without a slash", started("GET NNN/one HTTP/1.1")],
  ["an asterisk", started("OPTIONS * HTTP/1.1")],
  ["an authority", started(`GET ${domainName}:80 HTTP/1.1`)],
  ["CONNECT", started(`CONNECT ${domainName}:80 HTTP/1.1`)],
  ["TRACE with a body", post("Content-Length: 5", "hello", "TRACE /NNN/one HTTP/1.1"), "last"],
  ["GET with a length", post("Content-Length: 5", "hello", "GET /NNN/one HTTP/1.1"), "last"],
  [
    "GET with a request as its body",
    post(`Content-Length: ${hidden.length}`, hidden, "GET /NNN/one HTTP/1.1"),
    "last",
  ],
  [
    "GET with chunks",
    post("Transfer-Encoding: chunked", hiddenChunk, "GET /NNN/one HTTP/1.1"),
    "last",
  ],
  ["HEAD with a length", post("Content-Length: 5", "hello", "HEAD /NNN/one HTTP/1.1"), "last"],
  [
    "DELETE with a request as its body",
    post(`Content-Length: ${hidden.length}`, hidden, "DELETE /NNN/one HTTP/1.1"),
    "both",
  ],
  [
    "OPTIONS with chunks",
    post("Transfer-Encoding: chunked", hiddenChunk, "OPTIONS /NNN/one HTTP/1.1"),
    "both",
  ],
  ["POST without a length, and a request behind it", post("X-A: b", ""), "both"],
];

const hosts: readonly Row[] = [
  [
    "an absolute URL of the host",
    `GET http://${domainName}/NNN/one HTTP/1.1\r\n${host}\r\n\r\n`,
    "both",
  ],
  [
    "an absolute URL beside another Host",
    `GET http://${domainName}/NNN/one HTTP/1.1\r\nHost: other.example\r\n\r\n`,
    "both",
  ],
  [
    "an absolute URL of another host",
    `GET http://other.example/NNN/one HTTP/1.1\r\n${host}\r\n\r\n`,
    "last",
  ],
  ["an absolute URL without a Host", `GET http://${domainName}/NNN/one HTTP/1.1\r\n\r\n`],
  ["an absolute URL with a user", started(`GET http://a@${domainName}/NNN/one HTTP/1.1`)],
  ["an absolute URL of another scheme", started(`GET ftp://${domainName}/NNN/one HTTP/1.1`)],
  [
    "an absolute URL with two Hosts",
    `GET http://${domainName}/NNN/one HTTP/1.1\r\n${host}\r\n${host}\r\n\r\n`,
  ],
  ["no Host", "GET /NNN/one HTTP/1.1\r\n\r\n"],
  ["an empty Host", "GET /NNN/one HTTP/1.1\r\nHost:\r\n\r\n", "last"],
  ["the same Host twice", get(`${host}\r\n`)],
  ["two Hosts", get("Host: other.example\r\n")],
  ["two Hosts in two cases", get("HOST: other.example\r\n")],
  ["a Host with a space before the colon", `GET /NNN/one HTTP/1.1\r\nHost : ${domainName}\r\n\r\n`],
  ["a Host behind a space", `GET /NNN/one HTTP/1.1\r\n ${host}\r\n\r\n`],
  ["a folded Host", `GET /NNN/one HTTP/1.1\r\nHost:\r\n ${domainName}\r\n\r\n`],
  ["a second Host on a folded line", get("X-A: b\r\n Host: other.example\r\n")],
  ["a Host with a path", `GET /NNN/one HTTP/1.1\r\n${host}/x\r\n\r\n`],
  ["a Host with a user", `GET /NNN/one HTTP/1.1\r\nHost: a@${domainName}\r\n\r\n`],
  ["a Host with a comma", `GET /NNN/one HTTP/1.1\r\n${host}, other.example\r\n\r\n`],
  ["a Host with a space", `GET /NNN/one HTTP/1.1\r\n${host} other.example\r\n\r\n`],
  ["a Host with a NUL", `GET /NNN/one HTTP/1.1\r\n${host}\0\r\n\r\n`],
  ["a Host with a port of letters", `GET /NNN/one HTTP/1.1\r\n${host}:a\r\n\r\n`],
  [
    "a Host by another name",
    get("X-Forwarded-Host: other.example\r\nX-Host: other.example\r\n"),
    "both",
  ],
];

const hopLines: readonly Row[] = [
  [
    "a length that Connection names",
    post("Connection: Content-Length\r\nContent-Length: 5", "hello"),
    "both",
  ],
  [
    "a coding that Connection names",
    post("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked", inChunks),
    "both",
  ],
  ["a Host that Connection names", get("Connection: Host\r\n"), "both"],
  ["Connection and a space before the colon", get("Connection : close\r\n")],
  ["Proxy-Connection", get("Proxy-Connection: keep-alive\r\n"), "both"],
  ["Keep-Alive", get("Keep-Alive: timeout=5\r\n"), "both"],
  ["close and keep-alive", get("Connection: close\r\nConnection: keep-alive\r\n"), "one"],
  [
    "h2c with a body",
    post(
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 5",
      "hello",
    ),
    "one",
  ],
  ["an upgrade with a request behind it", get("Connection: Upgrade\r\nUpgrade: h2c\r\n"), "one"],
  [
    "an upgrade to WebSocket with a body",
    post(
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nContent-Length: 5",
      "hello",
    ),
    "one",
  ],
  ["Expect and a body at once", post("Expect: 100-continue\r\nContent-Length: 5", "hello"), "both"],
  [
    "Expect and a request as its body",
    post(`Expect: 100-continue\r\nContent-Length: ${hidden.length}`, hidden),
    "both",
  ],
  [
    "Expect and chunks at once",
    post("Expect: 100-continue\r\nTransfer-Encoding: chunked", inChunks),
    "both",
  ],
  ["Expect of GET", get("Expect: 100-continue\r\n"), "both"],
  [
    "Expect twice",
    post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5", "hello"),
    "both",
  ],
  [
    "an expectation that nobody knows",
    post("Expect: wonders\r\nContent-Length: 5", "hello"),
    "both",
  ],
  ["TE", get("TE: trailers, chunked\r\n"), "both"],
  [
    "a Trailer that names the length",
    post("Trailer: Content-Length\r\nTransfer-Encoding: chunked", inChunks),
    "both",
  ],
];

const fields: readonly Row[] = [
  ["bytes beyond ASCII in a value", get("X-A: \xe9\xff\r\n"), "both"],
  ["an empty value", get("X-A:\r\n"), "both"],
  ["a colon in a value", get("X-A: b: c\r\n"), "both"],
  ["bytes beyond ASCII in a name", get("X-\xe9: b\r\n")],
  ["a NUL in a name", get("X-\0A: b\r\n")],
  ["a space in a name", get("X A: b\r\n")],
  ["a space before a colon", get("X-A : b\r\n")],
  ["a tab before a colon", get("X-A\t: b\r\n")],
  ["an empty name", get(": b\r\n")],
  ["brackets in a name", get("X(A): b\r\n")],
  ["a quote in a name", get('X"A: b\r\n')],
  ["DEL in a name", get("X\x7fA: b\r\n")],
  ["a control character in a name", get("X\x01A: b\r\n")],
  ["a line without a colon", get("X-A\r\n")],
  ["a NUL in a value", get("X-A: b\0c\r\n")],
  ["a control character in a value", get("X-A: b\x01c\r\n")],
  ["an escape in a value", get("X-A: b\x1bc\r\n")],
  ["DEL in a value", get("X-A: b\x7fc\r\n")],
  ["a bare CR in a value", get("X-A: b\rc\r\n")],
  ["a bare CR at the end of a value", get("X-A: b\r\r\n")],
  ["a bare LF in a value", get("X-A: b\nc\r\n")],
  [
    "a request behind bare LFs in a value",
    get(`X-A: b\n\nGET /NNN/hidden HTTP/1.1\n${host}\n\n\r\n`),
  ],
  [
    "a request behind bare CRs in a value",
    get(`X-A: b\r\rGET /NNN/hidden HTTP/1.1\r${host}\r\r\r\n`),
  ],
  ["a folded value", get("X-A: b\r\n c\r\n")],
  ["a folded value behind a tab", get("X-A: b\r\n\tc\r\n")],
  ["a folded first line", `GET /NNN/one HTTP/1.1\r\n X-A: b\r\n${host}\r\n\r\n`],
];

export const smugglingVariants: readonly SmugglingVariant[] = [
  ...lengths,
  ...codings,
  ...lengthsAndCodings,
  ...chunkRows.map(([name, text, reaches = "begun"]): Row => [name, text, reaches]),
  ...requestLines,
  ...hosts,
  ...hopLines,
  ...fields,
].map(([name, text, reaches = "none"], index) => {
  const number = String(index).padStart(3, "0");
  return { name, text: (text + lastOf()).replaceAll("NNN", number), reaches };
});

function lastOf(): string {
  return `GET /NNN/last HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`;
}
