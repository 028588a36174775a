/** Leaves handles of an isolate behind as garbage, and exits while V8 has put off collecting it. */
import ivm from "isolated-vm";
import "../../src/runtime/collect-at-exit.ts";

const blocks = Number(process.argv[2]);
const block = Array.from({ length: 100 });
const isolate = new ivm.Isolate({ memoryLimit: 8 });
const context = isolate.createContextSync();

// Nothing more is scheduled at an exit: a collection that this asks for waits until Node takes itself down.
process.prependListener("exit", () => {
  for (let i = 0; i < 500; i += 1) context.evalSync("({})", { reference: true }).release();
  let garbage: unknown[] = [];
  for (let i = 0; i < blocks; i += 1) garbage.push(block.slice());
  garbage = [];
});
