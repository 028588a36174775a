/**
 * Collects this thread's garbage as it exits, while isolated-vm can still take its part of it.
 *
 * A collection that V8 has put off runs when Node takes down the thread's environment. isolated-vm
 * has left by then, and aborts the process as soon as one of its handles is found to be garbage.
 * After a full collection there are none, and nothing is put off.
 */
import v8 from "node:v8";
import { runInNewContext } from "node:vm";

function collectGarbage(): void {
  // Contexts made while the flag stands have a function to collect with; so at the exit, not before.
  v8.setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

process.once("exit", collectGarbage);
