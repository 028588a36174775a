import type { Workload } from "./workload.ts";

export const generatedRedirect: Workload = {
  row: "d",
  title: "a redirect that a function generates",
  target: "≥ 1.5 × nginx + njs",
  sites: [
    `function handler(event) {
  var uri = event.request.uri;
  return {
    statusCode: 302,
    statusDescription: 'Found',
    headers: { location: { value: 'https://www.example.com/new' + uri } },
  };
}`,
  ],
  asked: [
    {
      site: 0,
      path: "/old/page?x=1&y=2",
      expected: { status: 302, location: "https://www.example.com/new/old/page" },
    },
  ],
  reachesOrigin: false,
  nginx: { location: "return 302 https://www.example.com/new$uri;" },
  caveats: ["one URL again and again: what a server remembers of it, it may answer with"],
};
