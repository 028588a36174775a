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
import type { ViewerRequest } from "../viewer-request.ts";
import type { EdgeHeaderName } from "../deployment/edge-header-names.ts";
import { viewerDevice, type ViewerDevice } from "./viewer-device.ts";

/** Characters of CloudFront-Viewer-Header-Order. */
const headerOrderMax = 7680;

/** @param device worked out from the viewer's User-Agent when it is first asked for */
type Say = (viewer: ViewerRequest, device: () => ViewerDevice) => string;

const device =
  (kind: keyof ViewerDevice): Say =>
  (_, device) =>
    String(device()[kind]);

const sayings: Readonly<Record<EdgeHeaderName, Say>> = {
  "CloudFront-Is-Android-Viewer": device("isAndroid"),
  "CloudFront-Is-Desktop-Viewer": device("isDesktop"),
  "CloudFront-Is-IOS-Viewer": device("isIos"),
  "CloudFront-Is-Mobile-Viewer": device("isMobile"),
  "CloudFront-Is-SmartTV-Viewer": device("isSmartTv"),
  "CloudFront-Is-Tablet-Viewer": device("isTablet"),
  "CloudFront-Viewer-Address": ({ ip, port }) => `${ip}:${port}`,
  "CloudFront-Forwarded-Proto": ({ scheme }) => scheme,
  "CloudFront-Viewer-Http-Version": ({ httpVersion }) => httpVersion,
  "CloudFront-Viewer-Header-Order": ({ headers }) =>
    headers
      .filter((_, index) => index % 2 === 0)
      .join(":")
      .slice(0, headerOrderMax),
  "CloudFront-Viewer-Header-Count": ({ headers }) => String(headers.length / 2),
};

/** @returns names and values in turn */
export function edgeHeaders(names: readonly EdgeHeaderName[], viewer: ViewerRequest): string[] {
  let known: ViewerDevice | undefined;
  const device = () => (known ??= viewerDevice(combinedValue(viewer.headers, "user-agent") ?? ""));
  return names.flatMap((name) => [name, sayings[name](viewer, device)]);
}
