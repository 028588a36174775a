/** A folder's site in lines: where it is served, and what is on its way. */
import type { DevSession } from "./dev-session.ts";
import type { Site, SiteBehavior, SiteOrigin } from "./site.ts";

export function aboutSite({ site, urls, secureUrls, api }: DevSession): string[] {
  const lines = ["Footlight serves this folder from memory, until it is stopped.", ""];
  for (const [index, { behaviors }] of site.distributions.entries()) {
    const secure = secureUrls[index];
    lines.push(
      `  ${urls[index]}`,
      ...(secure === undefined ? [] : [`  ${secure}`]),
      ...behaviors.map((behavior) => `    ${behaviorText(behavior, site)}`),
    );
  }
  return [...lines, `  API  ${api}`, ...site.remarks.map((remark) => `  ${remark}`), ""];
}

function behaviorText({ path, functions, origin }: SiteBehavior, { origins }: Site): string {
  const { "viewer-request": request, "viewer-response": response } = functions;
  const way = [
    path === "*" ? "all paths" : path,
    ...(request === undefined ? [] : [`${request} (viewer-request)`]),
    originText(origin, origins[origin]!),
    ...(response === undefined ? [] : [`${response} (viewer-response)`]),
  ];
  return way.join(" → ");
}

function originText(name: string, origin: SiteOrigin): string {
  if (origin.kind === "echo") return "an echo of what the origin is asked";
  return origin.kind === "folder" ? origin.folder : `${name}, ${origin.url.href}`;
}
