import type { Workload } from "./workload.ts";

/** What the origin of each workload that reaches one answers. */
export const originBody = "hello from the origin\n";

export const miss: Workload = {
  row: "e",
  title: "a miss: a function that passes through, and a small answer of the origin",
  target: "≥ 0.9 × nginx + njs proxying",
  sites: [
    `function handler(event) {
  var request = event.request;
  if (request.uri === '/') { request.uri = '/index.html'; }
  return request;
}`,
  ],
  asked: [{ site: 0, path: "/?x=1&y=2", expected: { status: 200, body: originBody } }],
  reachesOrigin: true,
  nginx: { location: "proxy_pass http://origin;" },
  caveats: [
    "the origin is nginx, on the core of the load: it may hold up the fastest servers",
    "Footlight forwards what its distribution says and adds Via, X-Amz-Cf-Id and User-Agent to the origin's request; the others forward the viewer's headers",
  ],
};
