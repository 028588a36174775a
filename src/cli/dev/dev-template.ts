/** The way of `footlight dev --template FILE`: from the call to its end. */
import { OptionError } from "../../node/option-table.ts";
import type { Paint } from "../reports/text-report.ts";
import type { TemplateInput } from "../deploy/deploy-template.ts";
import type { DevPorts } from "./dev-node.ts";
import { TemplateSession } from "./template-session.ts";

export interface DevTemplate {
  readonly template: Pick<TemplateInput, "file" | "parameter" | "value">;
  readonly ports: DevPorts;
  readonly originSources: string;
  readonly paint: Paint;
}

/** @returns the exit code, when it is stopped */
export async function serveTemplate({ template, ...rest }: DevTemplate): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, resolve);
  });
  const print = (lines: readonly string[]): void =>
    void process.stdout.write(lines.map((line) => `${line}\n`).join(""));
  const session = new TemplateSession({
    template: { ...template, stack: "", region: "us-east-1" },
    ...{ print, ...rest },
  });
  try {
    await session.start();
    print([
      "",
      "Footlight serves this template from memory, until it is stopped, and follows what is saved.",
      "",
      ...session.urls.map((url) => `  ${url}`),
      `  API  ${session.api}`,
      ...session.notices.map((notice) => `  ${notice}`),
    ]);
    await stopped;
  } finally {
    await session.close();
  }
  return 0;
}

/** @throws OptionError, when something is given that is for a folder's site alone */
export function refuseWithTemplate(words: readonly string[], liveReload: boolean): void {
  if (words.length > 0) {
    throw new OptionError(`--template takes the place of a folder, got "${words.join(" ")}" too`);
  }
  if (liveReload)
    throw new OptionError("--live-reload is for a folder's site, and not for a template");
}
