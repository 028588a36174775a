/**
 * The CloudFront-… headers: what the edge knows about a viewer and tells functions and origins
 * when a policy asks for it. What a viewer sends under these names is never believed.
 *
 * Where a viewer is and which network it is in would take a database of addresses; those headers
 * are absent, as CloudFront leaves them out for addresses it knows nothing about.
 *
 * Source: CloudFront Developer Guide, "Add CloudFront request headers".
 */
import type { ViewerRequest } from "../viewer-request.ts";

/** Characters of CloudFront-Viewer-Header-Order. */
const headerOrderMax = 7680;

type EdgeHeader = { readonly name: string; value(viewer: ViewerRequest): string };

const device = (name: string, agents: RegExp, not?: RegExp): EdgeHeader => ({
  name,
  value(viewer) {
    const agent = userAgent(viewer);
    return String(agents.test(agent) && !(not?.test(agent) ?? false));
  },
});

const smartTv = /smart-?tv|appletv|googletv|hbbtv|netcast|web0s|tizen.*tv|bravia|roku|aft[a-z]/i;
const tablet = /ipad|tablet|kindle|silk|playbook|android(?!.*mobile)/i;
const mobile = /iphone|ipod|mobile|windows phone|blackberry|opera mini/i;
const handheld = new RegExp(`${smartTv.source}|${tablet.source}|${mobile.source}`, "i");

const headers: readonly EdgeHeader[] = [
  device("CloudFront-Is-Android-Viewer", /android/i),
  device("CloudFront-Is-Desktop-Viewer", /./, handheld),
  device("CloudFront-Is-IOS-Viewer", /iphone|ipad|ipod/i),
  device("CloudFront-Is-Mobile-Viewer", mobile, new RegExp(`${smartTv.source}|ipad|tablet`, "i")),
  device("CloudFront-Is-SmartTV-Viewer", smartTv),
  device("CloudFront-Is-Tablet-Viewer", tablet, smartTv),
  { name: "CloudFront-Viewer-Address", value: ({ ip, port }) => `${ip}:${port}` },
  { name: "CloudFront-Forwarded-Proto", value: ({ scheme }) => scheme },
  { name: "CloudFront-Viewer-Http-Version", value: ({ httpVersion }) => httpVersion },
  {
    name: "CloudFront-Viewer-Header-Order",
    value: ({ headers }) =>
      headers
        .filter((_, index) => index % 2 === 0)
        .join(":")
        .slice(0, headerOrderMax),
  },
  {
    name: "CloudFront-Viewer-Header-Count",
    value: ({ headers }) => String(headers.length / 2),
  },
];

/** Those that this edge can say something in, by lower-case name. */
export const edgeHeaderNames: ReadonlyMap<string, EdgeHeader> = new Map(
  headers.map((header) => [header.name.toLowerCase(), header]),
);

/** @returns names and values in turn */
export function edgeHeaders(names: readonly string[], viewer: ViewerRequest): string[] {
  return names.flatMap((name) => {
    const header = edgeHeaderNames.get(name);
    return header === undefined ? [] : [header.name, header.value(viewer)];
  });
}

function userAgent({ headers }: ViewerRequest): string {
  const index = headers.findIndex(
    (name, position) => position % 2 === 0 && name.toLowerCase() === "user-agent",
  );
  return index < 0 ? "" : (headers[index + 1] ?? "");
}
