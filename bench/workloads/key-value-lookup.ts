import type { Workload } from "./workload.ts";

const pairs = Array.from(
  { length: 500 },
  (_, index) => [`page-${index}`, `/new/section-${index % 25}/page-${index}`] as const,
);

const answer = `return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: 'https://www.example.com' + to } },
  };`;

export const keyValueLookup: Workload = {
  row: "g-store",
  title: "a value of a key value store of 500, each asked for in turn",
  target: "≥ 2 × nginx + njs",
  sites: [
    `import cf from 'cloudfront';
const kvs = cf.kvs();
async function handler(event) {
  const to = await kvs.get(event.request.uri.slice(1));
  ${answer}
}`,
  ],
  sourceWithoutStore: `function handler(event) {
  var to = valueOf(event.request.uri.slice(1));
  ${answer}
}`,
  store: new Map(pairs),
  asked: pairs.map(([key, value]) => ({
    site: 0,
    path: `/${key}`,
    expected: { status: 301, location: `https://www.example.com${value}` },
  })),
  reachesOrigin: false,
  caveats: [
    "the others have no such store: njs reads nginx's map, workerd and Node a Map of their own, none of which can change while they run, and all of which answer without a promise",
  ],
};
