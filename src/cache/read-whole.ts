/** Reads a body that is kept into memory. */
import type { BodySink } from "../base/body.ts";
import type { SeekableBody } from "./store.ts";

/** @returns undefined when it breaks off */
export function readWhole(body: SeekableBody): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const whole = Buffer.allocUnsafeSlow(body.length);
    let got = 0;
    const sink: BodySink = {
      write(chunk) {
        whole.set(chunk, got);
        got += chunk.length;
        return true;
      },
      whenReady: (go) => queueMicrotask(go),
      end: () => resolve(got === whole.length ? whole : undefined),
      breakOff: () => resolve(undefined),
    };
    body.slice(0, body.length).sendTo(sink);
  });
}
