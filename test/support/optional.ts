/**
 * Tests that want a program from the system run where it is installed. Where it is not, they say
 * so; with CI=true that is a failure, because there it must not be skipped silently.
 */
import { spawnSync } from "node:child_process";

type Probe = readonly [string, ...string[]];

/**
 * @param probe a command that succeeds where the program is there, like `["aws", "--version"]`
 * @param needs one that succeeds where it is also new enough; a system's packages may be older
 *   than a part of AWS's API, which is a reason to skip in CI too
 * @returns what `test()` takes as `skip`: false, or the reason
 */
export function skipWithout(probe: Probe, needs?: Probe): false | string {
  const [command] = probe;
  if (succeeds(probe)) {
    if (needs === undefined || succeeds(needs)) return false;
    return `the ${command} that is installed is too old for this: ${needs.join(" ")} fails`;
  }
  if (process.env["CI"] === "true") {
    throw new Error(`CI must run this test, but there is no ${probe.join(" ")} here`);
  }
  return `${command} is not installed`;
}

function succeeds([command, ...args]: Probe): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
