/** What the edge compresses (CloudFront: serve compressed files), and what goes to the origin for it. */
import { type Case, type Step } from "../case.ts";

const rule = "CloudFront: serve compressed files";
const body = "All that is kept is given again. ".repeat(40);
const text = ["Cache-Control: max-age=600", "Content-Type: text/plain"];
const offers = ["Accept-Encoding: gzip, br"];

/** @param sent Accept-Encoding that the origin gets, and none where it is empty */
function forwards(
  setting: "encodings" | "only-gzip",
  offered: string | undefined,
  sent: string,
): Case {
  const lines = offered === undefined ? [] : [`Accept-Encoding: ${offered}`];
  return {
    name: `${setting}: of ${offered ?? "no Accept-Encoding"} the origin gets ${sent === "" ? "none" : sent}`,
    rule: "CloudFront: compressed objects support",
    setting,
    origin: text,
    steps: [{ lines, gets: "new", asks: [`Accept-Encoding: ${sent}`] }],
  };
}

function compresses(
  name: string,
  encoding: "br" | "gzip" | "",
  asks: Omit<Step, "gets">,
  origin: Case["origin"] = { lines: text, body },
): Case {
  const has = [
    `Content-Encoding: ${encoding}`,
    ...(encoding === "" ? [] : ["Vary: Accept-Encoding"]),
  ];
  return {
    name,
    rule,
    setting: "compressing",
    origin,
    steps: [
      { ...asks, gets: "new", has },
      { ...asks, gets: 1, has },
    ],
  };
}

export const compression: readonly Case[] = [
  forwards("encodings", "gzip, br", "br,gzip"),
  forwards("encodings", "br;q=0.1, gzip;q=0.9, deflate", "br,gzip"),
  forwards("encodings", "gzip", "gzip"),
  forwards("encodings", "br", "br"),
  forwards("encodings", "deflate", "identity"),
  forwards("encodings", "gzip;q=0", "identity"),
  forwards("encodings", undefined, ""),
  forwards("only-gzip", "gzip, br", "gzip"),
  forwards("only-gzip", "br", "identity"),
  forwards("only-gzip", undefined, ""),
  compresses("who takes both gets Brotli", "br", { lines: offers }),
  compresses("who takes gzip gets gzip", "gzip", { lines: ["Accept-Encoding: gzip"] }),
  compresses("who takes neither gets it as it is", "", { lines: ["Accept-Encoding: deflate"] }),
  compresses("who says nothing gets it as it is", "", {}),
  compresses(
    "what is short is left alone",
    "",
    { lines: offers },
    { lines: text, body: body.slice(0, 999) },
  ),
  compresses(
    "what is long enough is compressed",
    "br",
    { lines: offers },
    {
      lines: text,
      body: body.slice(0, 1000),
    },
  ),
  compresses(
    "an image is left alone",
    "",
    { lines: offers },
    {
      lines: ["Cache-Control: max-age=600", "Content-Type: image/png"],
      body,
    },
  ),
  compresses(
    "what has no length is left alone",
    "",
    { lines: offers },
    {
      lines: text,
      body,
      ends: "with-a-chunk",
    },
  ),
  compresses("a 404 is compressed", "br", { lines: offers }, { status: 404, lines: text, body }),
  compresses(
    "a 500 is left alone",
    "",
    { lines: offers },
    {
      status: 500,
      lines: text.concat("Expires: {+60}"),
      body,
    },
  ),
  {
    name: "a strong tag becomes weak with compression, and either is known again",
    rule,
    setting: "compressing",
    origin: { lines: [...text, 'ETag: "a"'], body },
    steps: [
      { lines: offers, gets: "new", has: ['ETag: W/"a"', "Content-Encoding: br"] },
      { lines: [...offers, 'If-None-Match: W/"a"'], gets: 1, status: 304, has: ['ETag: W/"a"'] },
      { lines: [...offers, 'If-None-Match: "a"'], gets: 1, status: 304 },
    ],
  },
  {
    name: "what is not compressed keeps its strong tag",
    rule,
    setting: "compressing",
    origin: { lines: [...text, 'ETag: "a"'], body },
    steps: [{ gets: "new", has: ['ETag: "a"', "Content-Encoding:"] }],
  },
  {
    name: "a viewer of HTTP/1.0 gets nothing compressed",
    rule,
    setting: "compressing",
    origin: { lines: text, body },
    steps: [
      {
        version: "1.0",
        lines: offers,
        gets: "new",
        has: ["Content-Encoding:"],
        asks: ["Accept-Encoding:"],
      },
    ],
  },
];
