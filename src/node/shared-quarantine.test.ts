import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { silentLogger } from "../base/logger.ts";
import { FlightReader, newFlightPath, openFlightRecord } from "./flight-record.ts";
import { SharedQuarantine } from "./shared-quarantine.ts";

const key = "0123456789abcdef".repeat(2);
/** This process stands for a worker that notes what it runs. */
const worker = process.pid;
const other = -1;

/** A quarantine with two workers, of which the second keeps what it is told. */
function scene(): {
  readonly quarantine: SharedQuarantine;
  readonly note: (key: string, name: string) => void;
  readonly told: unknown[];
} {
  const quarantine = new SharedQuarantine(silentLogger);
  const note = openFlightRecord(quarantine.flightPath);
  const told: unknown[] = [];
  quarantine.join(worker, () => assert.fail("it knows, or is gone"));
  quarantine.join(other, (message) => told.push(message));
  return { quarantine, note, told };
}

test("a record says what was noted last, and leaves no file behind", () => {
  const path = newFlightPath();
  const note = openFlightRecord(path);
  assert.ok(existsSync(`${path}-${process.pid}`));
  const reader = new FlightReader(path, process.pid);
  assert.equal(reader.read(), undefined);
  note(key, "a".repeat(64));
  note(key, "short");
  assert.deepEqual(reader.read(), { key, name: "short" });
  reader.close();
  assert.equal(reader.read(), undefined);
  assert.ok(!existsSync(`${path}-${process.pid}`));
});

test("the function that a worker crashed in, or hung in, goes to the slow lane of the others", () => {
  for (const end of ["SIGABRT", "SIGSEGV", "stuck"]) {
    const { quarantine, note, told } = scene();
    note(key, "deadly");
    if (end === "stuck") quarantine.accuse(worker);
    const isFunctions = quarantine.leave(worker, end === "stuck" ? "SIGKILL" : end);
    assert.equal(isFunctions, end !== "stuck");
    assert.deepEqual(told, [{ type: "quarantine", key, offence: "lost" }], end);
    // So does it in the one that takes its place.
    const later: unknown[] = [];
    quarantine.join(worker, (message) => later.push(message));
    assert.deepEqual(later, told);
    quarantine.leave(worker, null);
  }
});

test("a worker that others ended, or that ran nothing, accuses no function", () => {
  const killed = scene();
  killed.note(key, "innocent");
  assert.equal(killed.quarantine.leave(worker, "SIGKILL"), false);
  const idle = scene();
  assert.equal(idle.quarantine.leave(worker, "SIGABRT"), false);
  assert.deepEqual([killed.told, idle.told], [[], []]);
});

test("what one worker has put in quarantine, the others put there too", () => {
  const { quarantine, told } = scene();
  quarantine.share(worker, key);
  assert.deepEqual(told, [{ type: "quarantine", key, offence: "ended" }]);
});
