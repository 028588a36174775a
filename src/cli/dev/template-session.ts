/**
 * `footlight dev --template FILE`: deploys a template to a node of its own, and again whenever it or a file beside it is saved, as
 * `cdk synth` does.
 *
 * The node's log is a file, so that a node that takes the place of another, because what stands for buckets is elsewhere now, has
 * the same distributions at the same names. It caches nothing: pages are as they were saved last.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ApplyError } from "../../deploy/stack/apply-stack.ts";
import { RefusedCall } from "../../deploy/api/api.ts";
import { isEmpty, type Plan } from "../../deploy/stack/plan-stack.ts";
import { TemplateError } from "../../deploy/template/template-node.ts";
import {
  apiAt,
  deployTemplate,
  templateOrigins,
  type TemplateInput,
} from "../deploy/deploy-template.ts";
import { FolderWatch } from "../folder-watch.ts";
import type { Paint } from "../reports/text-report.ts";
import { DevNode, type DevPorts } from "./dev-node.ts";

export interface TemplateSessionInput {
  readonly template: TemplateInput;
  readonly ports: DevPorts;
  /** Rows of `--origin-sources` that the person has given; they beat the template's. */
  readonly originSources: string;
  readonly print: (lines: readonly string[]) => void;
  readonly paint: Paint;
}

const account = "000000000000";
/** A synthesis writes several files, one after the other, in milliseconds. */
const settleMs = 60;

export class TemplateSession {
  readonly #input: TemplateSessionInput;
  readonly #folder = mkdtempSync(join(tmpdir(), "footlight-template-"));
  readonly #node: DevNode;
  readonly #watch: FolderWatch;
  #isStale = false;
  #deploying: Promise<void> | undefined;
  #told = "";
  #plan: Plan | undefined;

  constructor(input: TemplateSessionInput) {
    this.#input = input;
    this.#node = new DevNode(input.ports, {
      ...{
        cache: "off",
        logLevel: "error",
        data: this.#folder,
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
    const { port } = new URL(this.#node.edge);
    return Object.values(this.#plan!.record.resources)
      .filter(({ type }) => type === "AWS::CloudFront::Distribution")
      .map(({ attributes }) => `http://${attributes["DomainName"]}:${port}/`);
  }

  /** What is not as the template says, and why. */
  get notices(): readonly string[] {
    return this.#plan!.notices;
  }

  /** @throws TemplateError, RefusedCall, ApplyError, where the template can't be deployed; Error, when a port is taken */
  async start(): Promise<void> {
    await this.#deploy();
    this.#watch.watch([dirname(this.#input.template.file)]);
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#deploying;
    await this.#node.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #note(): void {
    this.#isStale = true;
    this.#deploying ??= this.#follow().finally(() => {
      this.#deploying = undefined;
    });
  }

  async #follow(): Promise<void> {
    while (this.#isStale) {
      await new Promise((resolve) => void setTimeout(resolve, settleMs));
      this.#isStale = false;
      try {
        await this.#deploy();
        this.#told = "";
      } catch (error) {
        this.#tellProblem(error);
      }
    }
  }

  async #deploy(): Promise<void> {
    const { template, print, paint } = this.#input;
    await this.#node.runWith(this.#originTable());
    const api = apiAt({ api: this.#node.api, ca: "" }, {});
    this.#plan = await deployTemplate(template, api, ({ verb, logicalId, type }) =>
      print([`${paint("green", "✓")} ${verb} ${logicalId} (${type})`]),
    );
    if (isEmpty(this.#plan) && this.#told !== "") {
      print([`${paint("green", "✓")} The template makes sense again, and changes nothing`]);
    }
  }

  #originTable(): string {
    const given = this.#input.originSources.split(",").filter((row) => row !== "");
    const known = new Set(given.map((row) => row.slice(0, row.indexOf("="))));
    const own = templateOrigins(this.#input.template, account).flatMap(({ domainName, folder }) =>
      folder === undefined || known.has(domainName) ? [] : [`${domainName}=${folder}`],
    );
    return [...given, ...own].join(",");
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
      "  What served before goes on",
    ]);
  }
}
