/** Where a site's origins are for a node: the settings of each, and the node's table of what stands for them. */
import { isIP } from "node:net";
import type { LocatedOrigin } from "./site-on-node.ts";
import type { SiteOrigin } from "./site.ts";

export interface LocatedOrigins {
  /** By the site's names of them. */
  readonly byName: ReadonlyMap<string, LocatedOrigin>;
  /** As `--origin-sources` has it. */
  readonly table: string;
}

/**
 * A server is asked by its own name, so that it finds the Host that it knows. A folder, an echo and an address, which is no
 * name of an origin, have a name of ours that the table says the place of.
 *
 * @param more rows of the person's own
 * @throws Error, when a folder's path has a comma, which the table can't hold
 */
export function locateOrigins(
  origins: Readonly<Record<string, SiteOrigin>>,
  echoUrl: string,
  more: string,
): LocatedOrigins {
  const rows: string[] = more === "" ? [] : [more];
  const byName = new Map<string, LocatedOrigin>();
  for (const [name, origin] of Object.entries(origins)) {
    const ownName = `${
      name
        .toLowerCase()
        .replace(/_/g, "-")
        .replace(/^-+|-+$/g, "") || "x"
    }.origin.localhost`;
    if (origin.kind !== "url") {
      const target = origin.kind === "folder" ? origin.folder : echoUrl;
      if (target.includes(",")) {
        throw new Error(
          `The folder ${target} has a comma in its path, and --origin-sources can't name it: rename it`,
        );
      }
      rows.push(`${ownName}=${target}`);
      byName.set(name, { domainName: ownName, protocol: "http-only", port: 80, path: "" });
      continue;
    }
    const { url } = origin;
    const protocol = url.protocol === "http:" ? "http-only" : "https-only";
    const port = url.port === "" ? (protocol === "http-only" ? 80 : 443) : Number(url.port);
    const path = url.pathname.replace(/\/+$/, "");
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    if (isIP(host) === 0) byName.set(name, { domainName: host, protocol, port, path });
    else {
      rows.push(`${ownName}=${url.origin}`);
      byName.set(name, { domainName: ownName, protocol, port, path });
    }
  }
  return { byName, table: rows.join(",") };
}
