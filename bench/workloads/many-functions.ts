import { rewrittenHit } from "./kept.ts";
import type { Workload } from "./workload.ts";

const count = 200;

export const manyFunctions: Workload = {
  ...rewrittenHit,
  row: "h",
  title: `${count} functions on ${count} distributions, asked in turn: the URLs of (a) among them`,
  target: "≥ 0.8 × (a)",
  sites: Array.from(
    { length: count },
    (_, index) => `var site = 'site-${index}';
function handler(event) {
  var request = event.request;
  request.uri = '/' + site + request.uri;
  request.headers['x-section'] = { value: site };
  return request;
}`,
  ),
  asked: rewrittenHit.asked.map((asked, index) => ({ ...asked, site: index % count })),
  caveats: [
    "nginx has a server and a module for each site, and njs makes all 200 modules anew for each request; workerd is left out, since it would need a Worker before them that finds theirs",
    "an account has 100 functions at most by default, and a worker keeps 100 isolates (--function-isolates): beyond that, runs of those that made room start anew, unless their answers are remembered",
  ],
};
