import assert from "node:assert/strict";
import { test } from "node:test";
import type { Counted } from "../api/waves.ts";
import { WaveHistory } from "./wave-history.ts";

function counted(version: number, requests: number, errors: number): Counted {
  return {
    ...{ version, requests, errors, answers_4xx: 0, answers_5xx: 0 },
    ...{ origin_requests: 0, origin_failures: 0, utilization_p99: 20 },
  };
}

test("WaveHistory makes rates of counts, and begins anew with each wave", () => {
  const history = new WaveHistory();
  history.add("1", { new: counted(2, 0, 0), old: counted(1, 0, 0) }, 1000);
  history.add("1", { new: counted(2, 10, 5), old: counted(1, 190, 0) }, 2000);
  history.add("2", { new: counted(2, 0, 0), old: counted(1, 0, 0) }, 3000);
  history.add("2", { new: counted(2, 0, 0), old: counted(1, 20, 0) }, 4000);
  assert.deepEqual(
    history.points.map(({ at, fresh, old }) => [at, fresh.rate, fresh.errors, old.rate]),
    [
      [1, 10, 50, 190],
      [3, 0, null, 20],
    ],
  );
});
