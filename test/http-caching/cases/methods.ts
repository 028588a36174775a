/** Methods (RFC 9111 §4, §4.4; RFC 9110 §9.3). */
import { either, type Case } from "../case.ts";

const fresh = ["Cache-Control: max-age=600"];
const differs = "CloudFront lets no method change what it keeps";

/** What a method does to what is kept of the same target. */
function changes(method: string, status: number): Case {
  const isError = status >= 400;
  const steps = [
    { gets: "new", origin: fresh },
    { method, origin: { status }, gets: "new" },
  ] as const;
  return {
    name: `${method} with ${status} ${isError ? "leaves" : "lets go of"} what is kept`,
    rule: "RFC 9111 §4.4",
    steps: isError
      ? [...steps, { origin: fresh, gets: 1 }]
      : [...steps, { origin: fresh, gets: either(1, "new") }],
    ...(!isError && { differs }),
  };
}

export const methods: readonly Case[] = [
  {
    name: "HEAD is answered from what GET brought",
    rule: "RFC 9110 §9.3.2",
    origin: fresh,
    steps: [
      { gets: "new" },
      { after: 3, method: "HEAD", gets: 1, has: ["Age: 3", "Content-Length: 15"] },
    ],
  },
  {
    name: "GET is not answered from what HEAD brought",
    rule: "RFC 9110 §9.3.2",
    origin: fresh,
    steps: [{ method: "HEAD", gets: "new" }, { method: "HEAD", gets: 1 }, { gets: "new" }],
  },
  {
    name: "a 304 to HEAD makes what GET brought fresh again",
    rule: "RFC 9111 §4.3.4",
    origin: ["Cache-Control: max-age=10", 'ETag: "a"'],
    steps: [
      { gets: "new" },
      {
        after: 10,
        method: "HEAD",
        origin: { status: 304, lines: ['ETag: "a"'] },
        gets: 1,
        asks: ['If-None-Match: "a"'],
      },
      { after: 9, gets: 1 },
    ],
  },
  {
    name: "a HEAD that tells of another version leaves nothing of the old one",
    rule: "RFC 9111 §4.3.5",
    origin: ["Cache-Control: max-age=10", 'ETag: "a"'],
    steps: [
      { gets: "new" },
      { after: 10, method: "HEAD", origin: [...fresh, 'ETag: "b"'], gets: "new" },
      { gets: "new", asks: ['If-None-Match: "a"'] },
      { method: "HEAD", gets: 3 },
    ],
  },
  {
    name: "HEAD asks the origin with HEAD",
    rule: "RFC 9110 §9.3.2",
    origin: [...fresh, 'ETag: "a"'],
    steps: [{ method: "HEAD", gets: "new", has: ["Content-Length: 15", 'ETag: "a"'] }],
  },
  ...["POST", "PUT", "PATCH", "DELETE"].map((method) => ({
    name: `what answers ${method} is not kept`,
    rule: "RFC 9111 §3",
    origin: fresh,
    steps: [{ method, gets: "new" }, { gets: "new" }, { method, gets: "new" }] as const,
  })),
  changes("POST", 200),
  changes("POST", 303),
  changes("PUT", 201),
  changes("PATCH", 204),
  changes("DELETE", 204),
  changes("POST", 404),
  changes("DELETE", 500),
  {
    name: "OPTIONS leaves what is kept",
    rule: "RFC 9110 §9.2.1",
    origin: fresh,
    steps: [{ gets: "new" }, { method: "OPTIONS", gets: "new" }, { gets: 1 }],
  },
  {
    name: "OPTIONS is kept where a behavior says so, apart from GET",
    rule: "CloudFront: cached methods",
    setting: "options-cached",
    differs: "by the RFC nothing lets an answer to OPTIONS be kept",
    origin: fresh,
    steps: either(
      [
        { gets: "new" },
        { method: "OPTIONS", gets: "new" },
        { method: "OPTIONS", gets: 2 },
        { gets: 1 },
      ],
      [
        { gets: "new" },
        { method: "OPTIONS", gets: "new" },
        { method: "OPTIONS", gets: "new" },
        { gets: 1 },
      ],
    ),
  },
];
