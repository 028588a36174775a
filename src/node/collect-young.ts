import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { readonly type: "minor" }) => void;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as Collect;
setFlagsFromString("--no-expose-gc");

/**
 * Collects what was made lately, now: V8 would wait until there is 16 MB of it, and where nearly all of that is kept,
 * as while a large change is worked out, it then takes 10 to 20 ms in one go.
 */
export function collectYoung(): void {
  collect({ type: "minor" });
}
