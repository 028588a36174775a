/**
 * `footlight dev --template FILE`: deploys a template to a node of its own, and again whenever it or a file beside it is saved, as
 * `cdk synth` does.
 *
 * The node's log is a file, so that a node that takes the place of another, because what stands for buckets is elsewhere now, has
 * the same distributions at the same names. It caches nothing: pages are as they were saved last.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { ApplyError } from "../../deploy/stack/apply-stack.ts";
import { RefusedCall } from "../../deploy/api/api.ts";
import { isEmpty, type Plan } from "../../deploy/stack/plan-stack.ts";
import { originsBeforehand, type StackOrigin } from "../../deploy/stack/stack-origins.ts";
import { TemplateError } from "../../deploy/template/template-node.ts";
import {
  apiAt,
  applyTemplate,
  planTemplate,
  readOrder,
  type ReadOrder,
  type TemplateInput,
} from "../deploy/deploy-template.ts";
import { FolderWatch } from "../folder-watch.ts";
import type { Paint } from "../reports/text-report.ts";
import { DevNode, freePortFrom, usualPorts, type DevPorts } from "./dev-node.ts";
import { startEchoOrigin, type EchoOrigin } from "./echo-origin.ts";
import { startLiveReload, type LiveReload } from "./live-reload.ts";
import type { DevServing } from "./serve-until-stopped.ts";

export interface TemplateSessionInput {
  readonly template: TemplateInput;
  readonly ports: DevPorts;
  /** The data folder whose local authority signs for HTTPS; undefined for HTTP alone. */
  readonly authority: string | undefined;
  /** Rows of `--origin-sources` that the person has given; they beat the template's. */
  readonly originSources: string;
  readonly liveReload: boolean;
  readonly print: (lines: readonly string[]) => void;
  readonly paint: Paint;
}

const account = "000000000000";
/** A synthesis writes several files, one after the other, in milliseconds. */
const settleMs = 60;

export class TemplateSession implements DevServing {
  readonly #input: TemplateSessionInput;
  readonly #folder = mkdtempSync(join(tmpdir(), "footlight-template-"));
  readonly #node: DevNode;
  readonly #watch: FolderWatch;
  #echo: EchoOrigin | undefined;
  #reload: LiveReload | undefined;
  #isStale = false;
  #deploying: Promise<void> | undefined;
  #told = "";
  #watched = "";
  #plan: Plan | undefined;
  #origins: readonly StackOrigin[] = [];

  constructor(input: TemplateSessionInput) {
    this.#input = input;
    this.#node = new DevNode({
      ports: input.liveReload ? { ...input.ports, edge: 0 } : input.ports,
      authority: input.authority,
      options: {
        ...{ cache: "off", logLevel: "error", data: this.#folder },
        log: `sqlite:${join(this.#folder, "log.db")}`,
      },
    });
    this.#watch = new FolderWatch(() => this.#note());
  }

  get api(): string {
    return this.#node.api;
  }

  /** Where viewers go, by distribution. */
  get urls(): string[] {
    return this.#urlsAt(this.#reload?.url ?? this.#node.edge);
  }

  /** What is not as the template says, and why. */
  get notices(): readonly string[] {
    return this.#plan!.notices;
  }

  about(): string[] {
    const { edgeHttps } = this.#node;
    const secure = edgeHttps === undefined ? [] : this.#urlsAt(edgeHttps);
    return [
      "",
      "Footlight serves this template from memory, until it is stopped, and follows what is saved.",
      "",
      ...[...this.urls, ...secure].map((url) => `  ${url}`),
      ...this.#origins.map((origin) => `    ${this.#originText(origin)}`),
      `  API  ${this.api}`,
      ...this.notices.map((notice) => `  ${notice}`),
      "",
    ];
  }

  /** @throws TemplateError, RefusedCall, ApplyError, where the template can't be deployed; Error, when a port is taken */
  async start(): Promise<void> {
    this.#echo = await startEchoOrigin();
    await this.#deploy();
    if (!this.#input.liveReload) return;
    const port = this.#input.ports.edge ?? (await freePortFrom(usualPorts.edge));
    this.#reload = await startLiveReload(port, () => this.#node.edge);
  }

  async close(): Promise<void> {
    this.#watch.close();
    this.#reload?.close();
    await this.#deploying;
    await this.#node.close();
    this.#echo?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #urlsAt(base: string): string[] {
    const { protocol, port } = new URL(base);
    return Object.values(this.#plan!.record.resources)
      .filter(({ type }) => type === "AWS::CloudFront::Distribution")
      .map(({ attributes }) => `${protocol}//${attributes["DomainName"]}:${port}/`);
  }

  #originText({ domainName, folder }: StackOrigin): string {
    const given = this.#givenRows().get(domainName);
    if (given !== undefined) return `${domainName} → ${given}`;
    if (folder !== undefined) return `${domainName} → ${relative(process.cwd(), folder)}`;
    return `${domainName} → an echo of what it is asked; --origin-sources ${domainName}=FOLDER_OR_URL has another`;
  }

  #note(): void {
    this.#isStale = true;
    this.#deploying ??= this.#follow().finally(() => {
      this.#deploying = undefined;
    });
  }

  async #follow(): Promise<void> {
    while (this.#isStale) {
      await new Promise((settled) => void setTimeout(settled, settleMs));
      this.#isStale = false;
      try {
        await this.#deploy();
        this.#told = "";
        this.#reload?.reload();
      } catch (error) {
        this.#tellProblem(error);
      }
    }
  }

  async #deploy(): Promise<void> {
    const { template, print, paint } = this.#input;
    const since = performance.now();
    let order: ReadOrder | undefined;
    try {
      order = readOrder(template);
      await this.#deployOrder(order);
    } finally {
      this.#watchAll(order);
    }
    if (!isEmpty(this.#plan!)) {
      print([paint("dim", `  ${Math.round(performance.now() - since)} ms`)]);
    } else if (this.#told !== "") {
      print([`${paint("green", "✓")} The template makes sense again, and changes nothing`]);
    }
  }

  async #deployOrder(order: ReadOrder): Promise<void> {
    const { print, paint } = this.#input;
    const deploy = async (base: string): Promise<void> => {
      const api = apiAt({ api: base, ca: "" }, {});
      this.#plan = await planTemplate(order, api);
      await applyTemplate(this.#plan, api, ({ verb, logicalId, type }) =>
        print([`${paint("green", "✓")} ${verb} ${logicalId} (${type})`]),
      );
    };
    this.#origins = originsBeforehand(order, account);
    let deploying: Promise<void> | undefined;
    await this.#node.runWith(this.#originTable(), async (base) => {
      deploying = deploy(base);
      // What served before is in the log, and viewers are to get it all the same; it is told below.
      await deploying.catch(() => {});
    });
    await (deploying ?? deploy(this.#node.api));
  }

  /** The template's folder, and those of functions that it names elsewhere. */
  #watchAll(order: ReadOrder | undefined): void {
    const folder = resolve(dirname(this.#input.template.file));
    const files = order === undefined ? [] : [...order.codeFiles.files];
    const outside = files.map((file) => dirname(file)).filter((path) => path !== folder);
    const roots = [...new Set([folder, ...outside])];
    // One that could not be read says nothing of what it names.
    if (order === undefined && this.#watched !== "") return;
    if (roots.join("\n") === this.#watched) return;
    this.#watched = roots.join("\n");
    this.#watch.watch(roots);
  }

  #givenRows(): ReadonlyMap<string, string> {
    const rows = this.#input.originSources.split(",").filter((row) => row !== "");
    return new Map(
      rows.map((row) => [row.slice(0, row.indexOf("=")), row.slice(row.indexOf("=") + 1)]),
    );
  }

  #originTable(): string {
    const given = this.#givenRows();
    const own = this.#origins
      .filter(({ domainName }) => !given.has(domainName))
      .map(({ domainName, folder }) => [domainName, folder ?? this.#echo!.url] as const);
    return [...given, ...own].map(([name, target]) => `${name}=${target}`).join(",");
  }

  /** What served before goes on, as far as it had come. */
  #tellProblem(error: unknown): void {
    const isExpected =
      error instanceof TemplateError || error instanceof RefusedCall || error instanceof ApplyError;
    const { message } = error as Error;
    if (message === this.#told) return;
    this.#told = message;
    const { print, paint } = this.#input;
    print([
      `${paint("red", "✗")} ${isExpected ? message : `Something went wrong: ${message}`}`,
      `  ${this.#node.standing}`,
    ]);
  }
}
