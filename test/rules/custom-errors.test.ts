/** Custom error responses over real sockets: CloudFront Developer Guide, "Generate custom error responses". */
import assert from "node:assert/strict";
import { test } from "node:test";
import { domainName, startScene } from "../edge/viewer-scene.ts";

/** What the guide says of the connection to the viewer, by the status that the page is for. */
const closes = [400, 405, 414, 416, 500, 501];
const keeps = [403, 404, 502, 503, 504];

for (const status of [...closes, ...keeps]) {
  const connection = closes.includes(status) ? "close" : "keep-alive";
  test(`a page for ${status} comes with Connection: ${connection}`, async (t) => {
    const page = { ErrorCode: status, ResponsePagePath: "/page.html", ResponseCode: "200" };
    const scene = await startScene(t, {
      config: { CustomErrorResponses: { Quantity: 1, Items: [page] } },
      origin: (_, response, { url }) => {
        if (url !== "/page.html") response.statusCode = status;
        response.end(url === "/page.html" ? "page" : "error");
      },
    });
    const request = `GET /a HTTP/1.1\r\nHost: ${domainName}\r\n`;
    const {
      status: answered,
      headers,
      text,
    } = await scene.raw(`${request}\r\n${request}Connection: close\r\n\r\n`);
    assert.deepEqual([answered, headers["x-cache"]], [200, "Error from cloudfront"]);
    assert.equal(headers["connection"], connection);
    assert.equal(text.split("HTTP/1.1 200").length - 1, connection === "close" ? 1 : 2);
  });
}
