/** What Age tells viewers (RFC 9111 §5.1, §4.2.3). */
import { either, type Case } from "../case.ts";

const fresh = "Cache-Control: max-age=600";

export const age: readonly Case[] = [
  {
    name: "Age tells how long a response has been kept",
    rule: "RFC 9111 §5.1",
    origin: [fresh],
    steps: [
      { gets: "new", has: ["Age:"] },
      { after: 7, gets: 1, has: ["Age: 7"] },
      { after: 100, gets: 1, has: ["Age: 107"] },
    ],
  },
  {
    name: "Age goes on from what the origin said",
    rule: "RFC 9111 §4.2.3",
    origin: [fresh, "Age: 30"],
    steps: [
      { gets: "new", has: ["Age: 30"] },
      { after: 7, gets: 1, has: ["Age: 37"] },
    ],
  },
  {
    name: "a Date in the past makes a response older",
    rule: "RFC 9111 §4.2.3",
    differs: "CloudFront counts from when the response came",
    origin: [fresh, "Date: {-30}"],
    steps: [{ gets: "new" }, { after: 7, gets: 1, has: either(["Age: 7"], ["Age: 37"]) }],
  },
  {
    name: "a Date in the future makes no response younger",
    rule: "RFC 9111 §4.2.3",
    origin: [fresh, "Date: {+30}"],
    steps: [{ gets: "new" }, { after: 7, gets: 1, has: ["Age: 7"] }],
  },
  {
    name: "Date is given again as it came",
    rule: "RFC 9110 §6.6.1",
    origin: [fresh, "Date: {+0}"],
    steps: [{ gets: "new" }, { after: 7, gets: 1, has: ["Date: {-7}"] }],
  },
  {
    name: "what came without a Date is dated when it came",
    rule: "RFC 9110 §6.6.1",
    origin: [fresh],
    steps: [
      { gets: "new", has: ["Date: {+0}"] },
      { after: 7, gets: 1, has: ["Date: {-7}"] },
    ],
  },
  {
    name: "a response that was validated counts its age anew",
    rule: "RFC 9111 §4.3.4",
    origin: ["Cache-Control: max-age=10", 'ETag: "a"'],
    steps: [
      { gets: "new" },
      {
        after: 20,
        origin: { status: 304, lines: ["Cache-Control: max-age=10", 'ETag: "a"'] },
        gets: 1,
        asks: ['If-None-Match: "a"'],
        has: ["Age: 0"],
      },
      { after: 3, gets: 1, has: ["Age: 3"] },
    ],
  },
];
