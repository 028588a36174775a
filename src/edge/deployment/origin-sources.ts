/**
 * Where origins are really taken from: a table of the node's operator says which folder or web address
 * stands for an origin's domain name, `DOMAIN=FOLDER_OR_URL`.
 *
 * Only the way to the origin changes. What it is asked, by which Host, and how that is signed go by the
 * domain name, as they do without a table.
 */
import { isIP } from "node:net";
import { resolve } from "node:path";
import type { OriginSettings } from "./origin-settings.ts";

/** What stands for an origin's server. */
export type OriginSource =
  | { readonly kind: "folder"; readonly folder: string }
  /** @param hostname a name or an address, without brackets */
  | { readonly kind: "server"; readonly hostname: string };

/** What a row of the table may look like; rows are separated by commas. */
export const originSourcesPattern = /^$|^[^=,]+=[^,]+(,[^=,]+=[^,]+)*$/;

interface Row {
  readonly source: OriginSource;
  /** What changes of an origin's settings. */
  readonly change: Partial<OriginSettings>;
  /** Put before the origin's own path: begins with "/" and does not end with one, or is empty. */
  readonly path: string;
}

export class OriginSources {
  readonly #rows: ReadonlyMap<string, Row>;
  /** By the settings without a source, which are the same object as long as the configuration is. */
  readonly #located = new WeakMap<OriginSettings, OriginSettings>();

  constructor(rows: ReadonlyMap<string, Row>) {
    this.#rows = rows;
  }

  /** The folders that stand for origins, by domain name. */
  get folders(): readonly (readonly [domainName: string, folder: string])[] {
    return [...this.#rows].flatMap(([domainName, { source }]) =>
      source.kind === "folder" ? [[domainName, source.folder] as const] : [],
    );
  }

  /** @returns the settings as they are, where nothing stands for the origin */
  locate(origin: OriginSettings): OriginSettings {
    const row = this.#rows.get(origin.domainName);
    if (row === undefined) return origin;
    let located = this.#located.get(origin);
    if (located === undefined) {
      located = locatedAt(row, origin);
      this.#located.set(origin, located);
    }
    return located;
  }
}

function locatedAt({ source, change, path }: Row, origin: OriginSettings): OriginSettings {
  const changed = { ...origin, ...change, source, path: path + origin.path };
  if (source.kind === "folder") return changed;
  // Who has a certificate is the server that is there, which can hardly have one for the domain name.
  return {
    ...changed,
    sni: isIP(source.hostname) === 0 ? source.hostname : "",
    certificateNames: [source.hostname, ...(origin.certificateNames ?? [])],
  };
}

/**
 * @param table rows like `my-site.test=./public,photos.s3.amazonaws.com=http://127.0.0.1:9000/photos`;
 *   "" for none
 * @returns undefined when there are none
 * @throws Error that says what is wrong, for the person who wrote it
 */
export function readOriginSources(table: string): OriginSources | undefined {
  const rows = new Map<string, Row>();
  for (const text of table.split(",")) {
    if (text === "") continue;
    const equals = text.indexOf("=");
    const domainName = text.slice(0, equals).trim().toLowerCase();
    const target = text.slice(equals + 1).trim();
    if (!/^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/.test(domainName)) {
      throw new Error(`"${domainName}" is no domain name, as an origin's DomainName has it`);
    }
    if (rows.has(domainName)) {
      throw new Error(`"${domainName}" is there twice, and only one could count`);
    }
    rows.set(domainName, readTarget(target));
  }
  return rows.size === 0 ? undefined : new OriginSources(rows);
}

function readTarget(target: string): Row {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) {
    if (target === "") throw new Error("a folder or a URL must follow the equals sign");
    return { source: { kind: "folder", folder: resolve(target) }, change: {}, path: "" };
  }
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Error(`"${target}" is neither a folder nor a URL of http or https`);
  }
  if (url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new Error(`"${target}" may have a path, but no user, query or fragment`);
  }
  const isPlain = url.protocol === "http:";
  const port = url.port === "" ? (isPlain ? 80 : 443) : Number(url.port);
  return {
    source: { kind: "server", hostname: url.hostname.replace(/^\[(.*)\]$/, "$1") },
    change: {
      protocol: isPlain ? "http-only" : "https-only",
      httpPort: port,
      httpsPort: port,
      addressFamily: 0,
    },
    path: url.pathname.replace(/\/+$/, ""),
  };
}
