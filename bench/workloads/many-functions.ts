import type { Workload } from "./workload.ts";

const count = 200;

export const manyFunctions: Workload = {
  row: "h",
  title: `${count} functions on ${count} distributions, asked in turn`,
  target: "≥ 0.8 × (a), a cache hit; which there is not yet: compare it with (d)",
  sites: Array.from(
    { length: count },
    (_, index) => `var site = 'site-${index}';
function handler(event) {
  return {
    statusCode: 302,
    statusDescription: 'Found',
    headers: { location: { value: 'https://www.example.com/' + site + event.request.uri } },
  };
}`,
  ),
  asked: Array.from({ length: count }, (_, site) => ({
    site,
    path: "/old/page",
    expected: { status: 302, location: `https://www.example.com/site-${site}/old/page` },
  })),
  reachesOrigin: false,
  caveats: [
    "nginx has a server and a module for each site, and njs makes all 200 modules anew for each request; Node has a map; workerd is left out, since it would need a Worker before them that finds theirs",
    "an account has 100 functions at most by default, and a worker keeps 100 isolates (--function-isolates): beyond that, runs of those that made room start anew, unless their answers are remembered",
  ],
};
