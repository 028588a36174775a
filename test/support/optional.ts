/**
 * Tests that want a program from the system run where it is installed. Where it is not, they say
 * so; with CI=true that is a failure, because there it must not be skipped silently.
 */
import { spawnSync } from "node:child_process";

/**
 * @param probe a command that succeeds where the program is there, like `["aws", "--version"]`
 * @returns what `test()` takes as `skip`: false, or the reason
 */
export function skipWithout(probe: readonly [string, ...string[]]): false | string {
  const [command, ...args] = probe;
  const found = spawnSync(command, args, { stdio: "ignore" }).status === 0;
  if (found) return false;
  if (process.env["CI"] === "true") {
    throw new Error(`CI must run this test, but there is no ${probe.join(" ")} here`);
  }
  return `${command} is not installed`;
}
