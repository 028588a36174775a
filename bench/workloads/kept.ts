/** Workloads whose answers are kept: after the first of each URL, all are hits. */
import { countMark, type Asked, type Workload } from "./workload.ts";

const kilobyte = "0123456789abcdef".repeat(64);
const megabyte = kilobyte.repeat(1024);

const rewriting = `function handler(event) {
  var request = event.request;
  request.uri = '/v2' + request.uri;
  request.headers['x-section'] = { value: 'news' };
  return request;
}`;

const filesCaveat =
  "nginx keeps in files that the system has in memory, and keeps them open; Footlight's first copies are in its own memory";

/** @param count how many URLs are asked for in turn */
function urls(
  count: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Asked[] {
  return Array.from({ length: count }, (_, page) => ({
    site: 0,
    path: `/articles/2026/page-${page}.html`,
    headers,
    expected: { status: 200, body },
  }));
}

export const rewrittenHit: Workload = {
  row: "a",
  title: "a hit of 1 KB: a function that changes the path and sets a header; 1,000 URLs in turn",
  target: "≥ 1.6 × nginx + njs, ≥ 4 × workerd",
  alsoBeside: "workerd",
  sites: [rewriting],
  setsHeader: "x-section",
  asked: urls(1000, kilobyte),
  originBody: kilobyte,
  reachesOrigin: true,
  isKept: true,
  nginx: { location: "proxy_set_header X-Section news; proxy_pass http://origin/v2/;" },
  caveats: [
    "the same 1,000 events again and again: what a function made of them, Footlight remembers; (a') is without",
    filesCaveat,
  ],
};

export const differingHit: Workload = {
  ...rewrittenHit,
  row: "a'",
  title: "as (a), but no two events are alike, and the function reads what differs",
  target: "≥ 1.1 × nginx + njs",
  sites: [
    `function handler(event) {
  var request = event.request;
  request.uri = '/v2' + request.uri;
  request.headers['x-section'] = { value: 'viewer ' + request.cookies.session.value };
  return request;
}`,
  ],
  asked: urls(1000, kilobyte, { Cookie: `session=${countMark}; theme=dark` }),
  nginx: {
    location: `proxy_set_header X-Section "viewer $cookie_session"; proxy_pass http://origin/v2/;`,
  },
  caveats: [filesCaveat],
};

export const dressedHit: Workload = {
  ...rewrittenHit,
  row: "b",
  title: "as (a), and a viewer-response function that sets a header",
  target: "≥ 1.6 × nginx + njs",
  viewerResponse: `function handler(event) {
  var response = event.response;
  response.headers['strict-transport-security'] = { value: 'max-age=63072000' };
  return response;
}`,
  nginx: {
    location: `proxy_set_header X-Section news; proxy_pass http://origin/v2/; add_header Strict-Transport-Security max-age=63072000;`,
  },
  caveats: [...rewrittenHit.caveats, "njs makes the second event as it made the first"],
};

export const plainHit: Workload = {
  ...rewrittenHit,
  row: "c",
  title: "a hit of 1 KB without a function; 1,000 URLs in turn",
  target: "≥ 0.9 × nginx",
  sites: [undefined],
  nginx: { location: "proxy_pass http://origin;" },
  caveats: [filesCaveat],
};

const securely: Workload = {
  ...plainHit,
  target: "none; beside nginx",
  caveats: [
    filesCaveat,
    "the load pays for as much of TLS as the server, and may be what holds nginx up: its requests/s are then too low, and the processor's time says more",
  ],
};

/** Row (c) by TLS. */
export const secureHit: Workload = {
  ...securely,
  row: "https",
  title: "as (c), by HTTPS in HTTP/1.1; 32 connections",
  secure: "http/1.1",
};

/** Row (c) by HTTP/2. */
export const http2Hit: Workload = {
  ...securely,
  row: "h2",
  title: "as (c), by HTTP/2; 32 connections with 10 streams at once",
  secure: "h2",
};

export const largeHit: Workload = {
  ...plainHit,
  row: "f",
  title: "hits of 1 MB, so that requests/s are MB/s; 8 URLs in turn",
  target: "≥ 0.7 × nginx",
  asked: urls(8, megabyte),
  originBody: megabyte,
  caveats: [filesCaveat, "the load reads on a core of its own, and may be what holds nginx up"],
};
