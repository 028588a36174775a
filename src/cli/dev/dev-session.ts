/**
 * Serves a folder's site, and follows what is saved in it: checks, publishes, runs events, and tells what came of it.
 *
 * What is broken is told, and what served before goes on. Publishing waits for no test: these run beside, on what is newest.
 */
import { dirname, relative, resolve, sep } from "node:path";
import { EventFileError } from "../../events/event-file-error.ts";
import { readTextFile } from "../../events/read-json-file.ts";
import { CallRefused } from "../call-api.ts";
import { count, type FunctionReport } from "../reports/event-report.ts";
import type { Paint } from "../reports/text-report.ts";
import { runEvents } from "../run-events.ts";
import { checkedSource, findingLine, type CheckedSource } from "../checked-source.ts";
import { aboutSite } from "./about-site.ts";
import { DevNode, freePortFrom, usualPorts, type DevPorts } from "./dev-node.ts";
import { startEchoOrigin, type EchoOrigin } from "./echo-origin.ts";
import { FolderWatch } from "../folder-watch.ts";
import { startLiveReload, type LiveReload } from "./live-reload.ts";
import { locateOrigins } from "./locate-origins.ts";
import { SiteOnNode, type Applied } from "./site-on-node.ts";
import type { DevServing } from "./serve-until-stopped.ts";
import { SiteError, type Site, type SiteFunction } from "./site.ts";
import { whatChanged } from "./what-changed.ts";

export interface DevSessionInput {
  /**
   * @param known files that are functions whatever is in them, as long as they are there
   * @throws SiteError, EventFileError
   */
  readonly readSite: (known: readonly string[]) => Site;
  readonly folder: string;
  readonly ports: DevPorts;
  /** The data folder whose local authority signs for HTTPS; undefined for HTTP alone. */
  readonly authority: string | undefined;
  /** Rows of `--origin-sources` that the person has given. */
  readonly originSources: string;
  readonly liveReload: boolean;
  readonly print: (lines: readonly string[]) => void;
  readonly paint: Paint;
}

/** How long a file may be gone, or empty, while it is saved, in milliseconds. */
const savingMs = 40;

export class DevSession implements DevServing {
  readonly #input: DevSessionInput;
  readonly #node: DevNode;
  readonly #watch: FolderWatch;
  #echo: EchoOrigin | undefined;
  #reload: LiveReload | undefined;
  #onNode: SiteOnNode | undefined;
  #site: Site | undefined;
  /** By function: what was checked last. */
  #checked = new Map<string, CheckedSource>();
  /** What was told last of the site's files, so that it is not told again. */
  #told = "";
  #reports = new Map<string, FunctionReport>();
  /** By function: what its events were run on last. */
  #ranOn = new Map<string, string>();
  #changedPaths: Set<string> | undefined;
  #changedAt = 0;
  #refreshing: Promise<void> | undefined;
  #testing: Promise<void> = Promise.resolve();

  constructor(input: DevSessionInput) {
    this.#input = input;
    this.#node = new DevNode({
      ports: input.liveReload ? { ...input.ports, edge: 0 } : input.ports,
      authority: input.authority,
      options: { logLevel: "error" },
    });
    this.#watch = new FolderWatch((paths) => this.#note(paths));
  }

  get api(): string {
    return this.#node.api;
  }

  get site(): Site {
    return this.#site!;
  }

  /** Where viewers go, by distribution. */
  get urls(): string[] {
    return this.#urlsAt(this.#reload?.url ?? this.#node.edge);
  }

  /** The same by HTTPS; none without it. */
  get secureUrls(): string[] {
    const { edgeHttps } = this.#node;
    return edgeHttps === undefined ? [] : this.#urlsAt(edgeHttps);
  }

  /**
   * Serves what is there, and follows it from then on.
   *
   * @throws SiteError, EventFileError, where the site makes no sense
   * @throws Error, when a port is taken
   */
  async start(): Promise<void> {
    const site = this.#input.readSite([]);
    this.#echo = await startEchoOrigin();
    this.#watch.watch(this.#rootsOf(site));
    // What is saved meanwhile comes after it.
    const first = this.#serve(site, () => {});
    this.#refreshing = first
      .then(() => this.#refreshAll())
      .finally(() => {
        this.#refreshing = undefined;
      });
    this.#refreshing.catch(() => {});
    await first;
    if (!this.#input.liveReload) return;
    const port = this.#input.ports.edge ?? (await freePortFrom(usualPorts.edge));
    this.#reload = await startLiveReload(port, () => this.#node.edge);
  }

  /** Runs all functions' events, and tells all that is not as expected. */
  async rerunTests(): Promise<void> {
    this.#ranOn.clear();
    this.#reports.clear();
    await this.#testSite();
  }

  async clearCache(): Promise<void> {
    await this.#onNode!.clearCache();
  }

  about(): string[] {
    return aboutSite(this);
  }

  async close(): Promise<void> {
    this.#watch.close();
    this.#reload?.close();
    await this.#refreshing?.catch(() => {});
    await this.#node.close();
    this.#echo?.close();
  }

  #urlsAt(base: string): string[] {
    const { protocol, port } = new URL(base);
    return this.site.distributions.map(({ hosts }) => `${protocol}//${hosts[0]}:${port}/`);
  }

  #note(paths: readonly string[]): void {
    if (this.#changedPaths === undefined) {
      this.#changedPaths = new Set();
      this.#changedAt = performance.now();
    }
    for (const path of paths) this.#changedPaths.add(path);
    this.#refreshing ??= this.#refreshAll().finally(() => {
      this.#refreshing = undefined;
    });
  }

  async #refreshAll(): Promise<void> {
    while (this.#changedPaths !== undefined) {
      const paths = [...this.#changedPaths];
      const since = this.#changedAt;
      this.#changedPaths = undefined;
      try {
        await this.#refresh(paths, since);
      } catch (error) {
        this.#tellProblem(error);
      }
    }
  }

  async #refresh(paths: readonly string[], since: number): Promise<void> {
    if (this.#isBeingSaved()) await new Promise((resolve) => void setTimeout(resolve, savingMs));
    const site = this.#input.readSite((this.#site?.functions ?? []).map(({ file }) => file));
    if (this.#told !== "")
      this.#input.print([`${this.#input.paint("green", "✓")} The site makes sense again`]);
    this.#told = "";
    this.#watch.watch(this.#rootsOf(site));
    await this.#serve(site, (published) => {
      const ms = Math.round(performance.now() - since);
      const { paint, print } = this.#input;
      print(
        published.map(
          (what) =>
            `${paint("green", "✓")} ${what}  ${paint("dim", `${ms} ms after it was saved`)}`,
        ),
      );
    });
    await this.#followPages(site, paths);
  }

  /** Whether a file that served is gone, or empty, as some are for a moment while they are saved. */
  #isBeingSaved(): boolean {
    return (this.#site?.functions ?? []).some(({ file }) => {
      try {
        return readTextFile(file).trim() === "";
      } catch {
        return true;
      }
    });
  }

  /** @param onServed told in lines what is new, once viewers get it */
  async #serve(site: Site, onServed: (lines: readonly string[]) => void): Promise<void> {
    const located = locateOrigins(site.origins, this.#echo!.url, this.#input.originSources);
    const before = this.#checked;
    const checked = new Map(site.functions.map((fn) => [fn.name, checkedSource(fn)]));
    const sources = new Map<string, string>();
    for (const [name, { source }] of checked) if (source !== undefined) sources.set(name, source);
    const hadOne = this.#onNode !== undefined;
    let applying: Promise<Applied> | undefined;
    // What is refused is refused by the node that serves: another one would have nothing to serve.
    if (hadOne && !this.#node.runsWith(located.table)) {
      await this.#onNode!.apply(site, sources, located.byName);
    }
    const apply = (): Promise<Applied> => this.#onNode!.apply(site, sources, located.byName);
    const isOther = await this.#node.runWith(located.table, async (api) => {
      this.#onNode = new SiteOnNode(api);
      applying = apply();
      // Where it can't be made, that is told below, and the next save goes on from there.
      await applying.catch(() => {});
    });
    const { published, changedSite } = await (applying ?? apply());
    this.#site = site;
    this.#checked = checked;
    const isMoved = isOther && hadOne;
    onServed([
      ...(isMoved ? ["The origins are others: a new edge serves, at the same port"] : []),
      ...published.map((name) => `${this.#fileOf(name)} is published`),
      ...(changedSite && published.length === 0 && !isMoved ? ["The site is changed"] : []),
    ]);
    if (published.length > 0 || changedSite) this.#reload?.reload();
    this.#tellFindings(site, before);
    void this.#testSite();
  }

  /** What an origin's folder has anew is not to be hidden by what is cached. */
  async #followPages({ origins }: Site, paths: readonly string[]): Promise<void> {
    const folders = Object.values(origins).flatMap((origin) =>
      origin.kind === "folder" ? [origin.folder] : [],
    );
    const isPage = (path: string): boolean =>
      folders.some((folder) => path === folder || path.startsWith(folder + sep));
    if (!paths.some(isPage)) return;
    await this.#onNode!.clearCache();
    this.#reload?.reload();
  }

  #rootsOf({ functions, stores, origins }: Site): string[] {
    const outside = [...functions, ...stores]
      .map(({ file }) => dirname(resolve(file)))
      .concat(
        Object.values(origins).flatMap((origin) =>
          origin.kind === "folder" ? [origin.folder] : [],
        ),
      )
      .filter((path) => path !== this.#input.folder && !path.startsWith(this.#input.folder + sep));
    return [this.#input.folder, ...new Set(outside)];
  }

  #tellFindings({ functions }: Site, before: ReadonlyMap<string, CheckedSource>): void {
    const { print, paint } = this.#input;
    for (const { name, file } of functions) {
      const { source, findings, problem } = this.#checked.get(name)!;
      const lines = [
        ...findings.map((finding) => findingLine(shownFile(file), finding)),
        ...(problem === undefined ? [] : [problem]),
      ];
      const last = before.get(name);
      const isKnown =
        last !== undefined &&
        JSON.stringify([last.findings, last.problem, last.source]) ===
          JSON.stringify([findings, problem, source]);
      if (lines.length === 0 || isKnown) continue;
      const isServed = this.#onNode!.serves(name);
      const state = isServed
        ? "the last good version goes on serving"
        : "requests pass without it until it is right";
      print([
        ...(source === undefined
          ? [`${paint("red", "✗")} ${shownFile(file)} is not published: ${state}`]
          : []),
        ...lines.map((line) => `  ${line}`),
      ]);
    }
  }

  #tellProblem(error: unknown): void {
    const isExpected =
      error instanceof SiteError || error instanceof EventFileError || error instanceof CallRefused;
    const { message } = error as Error;
    if (message === this.#told) return;
    this.#told = message;
    const { print, paint } = this.#input;
    print([
      `${paint("red", "✗")} ${isExpected ? message : `Something went wrong: ${message}`}`,
      `  ${this.#node.standing}`,
    ]);
  }

  /** Runs the events of functions that have changed, or whose events have. */
  #testSite(): Promise<void> {
    this.#testing = this.#testing
      .then(async () => {
        const site = this.#site!;
        for (const fn of site.functions) {
          if (fn.events.length > 0 && this.#checked.get(fn.name)?.source !== undefined)
            await this.#testFunction(fn, site);
        }
      })
      .catch((error: unknown) => this.#tellProblem(error));
    return this.#testing;
  }

  async #testFunction(fn: SiteFunction, { stores }: Site): Promise<void> {
    const keys = stores.find(({ name }) => name === fn.store)?.pairs;
    const runsOn = JSON.stringify([
      this.#checked.get(fn.name)?.source,
      keys,
      fn.runtime,
      ...fn.events.map(textOf),
    ]);
    if (this.#ranOn.get(fn.name) === runsOn) return;
    this.#ranOn.set(fn.name, runsOn);
    const report = await runEvents(fn, { runtime: fn.runtime, keys });
    const { print, paint } = this.#input;
    const lines = whatChanged(this.#reports.get(fn.name), report, paint);
    this.#reports.set(fn.name, report);
    const [all, passed] = [count([report]), count([report], "passed")];
    const mark = passed === all ? paint("green", "✓") : paint("red", "✗");
    const events = all === 1 ? "event" : "events";
    print([`${mark} ${shownFile(fn.file)}: ${passed} of ${all} ${events} as expected`, ...lines]);
  }

  #fileOf(name: string): string {
    return shownFile(this.#site!.functions.find((fn) => fn.name === name)!.file);
  }
}

function shownFile(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith("..") ? file : near;
}

/** With the expectation beside it, which counts too. */
function textOf(file: string): string {
  return [file, file.replace(/\.json$/, ".expect.json")].map(readOrNothing).join("\n");
}

function readOrNothing(file: string): string {
  try {
    return readTextFile(file);
  } catch {
    return "";
  }
}
