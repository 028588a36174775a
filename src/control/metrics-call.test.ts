import assert from "node:assert/strict";
import { test } from "node:test";
import { success } from "./footlight-answer.ts";
import { readMetrics, type MetricsReport } from "./metrics-call.ts";

const report: MetricsReport = {
  names: ["requests", "errors", "workers"],
  text: async (of) => ({ type: "text/plain", body: [...(of ?? ["all"])].join() }),
  json: async (of) => ({ metrics: [...(of ?? ["all"])] }),
};

async function read(query: string): Promise<string> {
  return String((await readMetrics({ query, headers: {} }, report, success)).body);
}

test("metrics are all of them, or those that are named", async () => {
  assert.match(await read(""), /"metrics":\["all"\]/);
  assert.match(await read("names=errors,requests"), /"metrics":\["errors","requests"\]/);
  assert.equal(await read("format=prometheus&names=errors"), "errors");
});

test("a name that is no metric's is refused, as a parameter is that there is none of", async () => {
  await assert.rejects(read("names=errors,errrors"), /There is no metric "errrors"/);
  await assert.rejects(read("names="), /There is no metric ""/);
  await assert.rejects(read("name=errors"), /There is no parameter "name"/);
});
