import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { RequestTurns } from "./request-turns.ts";

test("a connection is read no further while more than 32 of its requests wait", async (t) => {
  const socket = new Socket();
  t.after(() => socket.destroy());
  socket.resume();
  const turns = new RequestTurns();
  const responses: ServerResponse[] = [];
  const served: (boolean | Promise<boolean>)[] = [];
  const arrive = (): void => {
    const message = new IncomingMessage(socket);
    const response = new ServerResponse(message);
    responses.push(response);
    served.push(turns.take(message, response));
  };
  // The first is served, the others wait.
  for (let count = 0; count <= 32; count += 1) arrive();
  assert.equal(socket.isPaused(), false);
  arrive();
  assert.equal(socket.isPaused(), true);
  // Node reads on behind each request, by itself.
  socket.resume();
  assert.equal(socket.isPaused(), true);
  for (const [index, response] of responses.entries()) {
    assert.equal(await served[index], true);
    response.emit("close");
  }
  assert.equal(socket.isPaused(), false);
});
