import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createRuntime } from "./isolate-runtime.ts";
import { copyOf, patientWatchdogMs } from "../../test/support/sample-copy.ts";
import { viewerRequest } from "./testing/short-event.ts";

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

/** What an expression comes to, as text. */
function valueOf(expression: string): string {
  const source = `function handler(event) { var r; try { r = ${expression} } catch (e) { r = e } console.log(r); return event.request }`;
  return runtime.test(copyOf(source), JSON.stringify(viewerRequest("/"))).logs.join();
}

/** Times as njs 0.7.9 reads them in UTC; undefined is for an invalid date. */
const times: Record<string, string | undefined> = {
  "2020": "2020-01-01T00:00:00.000Z",
  "2020-02-30": "2020-03-01T00:00:00.000Z",
  "2020-01-02T03:04": "2020-01-02T03:04:00.000Z",
  "2020-01-02T03:04:05.12Z": "2020-01-02T03:04:05.120Z",
  "+002020-01-02T03:04:05Z": "2020-01-02T03:04:05.000Z",
  "0099-01-01": "0099-01-01T00:00:00.000Z",
  "2020-01-02T03:04:05+02:00": undefined,
  "2020-01-02 03:04:05": undefined,
  "2020-1-2": undefined,
  "2020/01/02": undefined,
  "Thu, 02 Jan 2020 03:04:05 GMT": "2020-01-02T03:04:05.000Z",
  "Thu, 02 Jan 2020 03:04:05 +0200": "2020-01-02T01:04:05.000Z",
  "Thu, 2 Jan 2020 03:04:05 GMT": undefined,
  "Thu, 02-Jan-2020 03:04:05 GMT": undefined,
  "Thu Jan 02 2020 03:04:05 GMT-0330 (X)": "2020-01-02T06:34:05.000Z",
  "Jan 02 2020": "2020-01-02T00:00:00.000Z",
  "January 2, 2020": undefined,
  "1577934245000": undefined,
};

test("Date.parse() reads the forms that njs reads, and no others", () => {
  for (const [text, want] of Object.entries(times)) {
    const expression = `new Date('${text}')`;
    assert.equal(
      valueOf(`isNaN(${expression}) ? 'invalid' : ${expression}.toISOString()`),
      want ?? "invalid",
      text,
    );
    const ms = want === undefined ? NaN : Date.parse(want);
    assert.equal(valueOf(`Date.parse('${text}')`), String(ms), text);
  }
});

test("Date reads back what it writes", () => {
  const written = "[d.toISOString(), d.toUTCString(), d.toString(), JSON.parse(JSON.stringify(d))]";
  assert.equal(
    valueOf(
      `(function () { var d = new Date(1577934245000); return ${written}.map(function (t) { return Date.parse(t) - d }) })()`,
    ),
    "[0,0,0,0]",
  );
});

test("toJSON() refuses an invalid date, as njs does", () => {
  assert.equal(valueOf("JSON.stringify({ d: new Date('x') })"), "RangeError: Invalid time value");
});
