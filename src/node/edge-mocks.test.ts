/** Who may mock viewers by headers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { refuseOpenMocks } from "./edge-mocks.ts";
import { OptionError } from "./option-table.ts";

const start = (edgeHost: string, mockHeaders = true, insecure = false) => {
  refuseOpenMocks({ edgeHost, mockHeaders, insecure });
};

test("--mock-headers is refused beyond loopback, unless told otherwise", () => {
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.com", "127.example.com"]) {
    assert.throws(
      () => start(host),
      (error: Error) => {
        assert.ok(error instanceof OptionError);
        assert.match(error.message, /^--edge-host \S+ is not loopback, .*--insecure/);
        return true;
      },
    );
    start(host, true, true);
    start(host, false);
  }
  for (const host of ["127.0.0.1", "127.0.0.2", "::1", "localhost"]) start(host);
});
