/**
 * The CloudFront-… headers: what the edge knows about a viewer and tells functions and origins
 * when a policy asks for it. What a viewer sends under these names is never believed.
 *
 * Where a viewer is and which network it is in would take a database of addresses; those headers
 * are absent, as CloudFront leaves them out for addresses it knows nothing about.
 *
 * Source: CloudFront Developer Guide, "Add CloudFront request headers".
 */
import { combinedValue } from "../../base/header-lines.ts";
import type { ViewerRequest } from "../viewer/viewer-request.ts";
import { viewerDevice, type ViewerDevice } from "./viewer-device.ts";

/** Characters of CloudFront-Viewer-Header-Order. */
const headerOrderMax = 7680;

interface EdgeHeader {
  readonly name: string;
  /** @param device worked out from the viewer's User-Agent when it is first asked for */
  value(viewer: ViewerRequest, device: () => ViewerDevice): string;
}

const device = (name: string, kind: keyof ViewerDevice): EdgeHeader => ({
  name,
  value: (_, device) => String(device()[kind]),
});

const headers: readonly EdgeHeader[] = [
  device("CloudFront-Is-Android-Viewer", "isAndroid"),
  device("CloudFront-Is-Desktop-Viewer", "isDesktop"),
  device("CloudFront-Is-IOS-Viewer", "isIos"),
  device("CloudFront-Is-Mobile-Viewer", "isMobile"),
  device("CloudFront-Is-SmartTV-Viewer", "isSmartTv"),
  device("CloudFront-Is-Tablet-Viewer", "isTablet"),
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
  let known: ViewerDevice | undefined;
  const device = () => (known ??= viewerDevice(combinedValue(viewer.headers, "user-agent") ?? ""));
  return names.flatMap((name) => {
    const header = edgeHeaderNames.get(name);
    return header === undefined ? [] : [header.name, header.value(viewer, device)];
  });
}
