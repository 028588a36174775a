import type { Workload } from "./workload.ts";

/** Short ones: a function has 10 KB at most. */
const entries = Array.from({ length: 500 }, (_, page) => [`/o/${page}`, `/n/${page}`] as const);

export const redirectMap: Workload = {
  row: "g-map",
  title: "a map of 500 redirects in a function's source, each asked for in turn",
  target: "≥ 2 × nginx + njs",
  sites: [
    `var redirects = {
${entries.map(([from, to]) => `'${from}':'${to}',`).join("\n")}
};
function handler(event) {
  var to = redirects[event.request.uri];
  if (to === undefined) { return { statusCode: 404, statusDescription: 'Not Found' }; }
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: 'https://www.example.com' + to } },
  };
}`,
  ],
  asked: entries.map(([from, to]) => ({
    site: 0,
    path: from,
    expected: { status: 301, location: `https://www.example.com${to}` },
  })),
  reachesOrigin: false,
  nginx: {
    http: `map $uri $to {\n${entries.map(([from, to]) => `${from} ${to};`).join("\n")}\n}`,
    location: "return 301 https://www.example.com$to;",
  },
  caveats: [
    "njs runs a module's top level for each request, this map's literal with it: who knows that puts the map where plain nginx has it here",
  ],
};
