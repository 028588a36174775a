/**
 * `footlight publish FUNCTION`: checks what DEVELOPMENT holds, then publishes exactly that.
 *
 * Exit code 0 when it is LIVE, 1 when the check finds an error, or somebody changed DEVELOPMENT meanwhile. In waves it shows how
 * they go on: 0 when all viewers have it, or the last wave stays; 3 when a gate took it back, 4 when it ended otherwise, 5 when it waits for somebody.
 */
import { OptionError, readOptionTable, type ValuesOf } from "../node/option-table.ts";
import { checkFunction } from "../runtime/check/check-function.ts";
import type { RuntimeName } from "../runtime/runtime-name.ts";
import { partArguments, UsageError } from "./arguments.ts";
import { apiOptions } from "./ask-api.ts";
import { CallRefused } from "./call-api.ts";
import type { Command } from "./command.ts";
import { followWaves } from "./follow-waves.ts";
import {
  changeVersions,
  isOfConnections,
  readCode,
  readVersions,
  type ToldCode,
} from "./function-versions.ts";

const table = {
  ...apiOptions("Base URL of the control plane to ask"),
  message: { default: "", help: "What it is for, for footlight history and the audit" },
  unchecked: {
    default: false,
    help: "Publish what CloudFront's runtime would refuse, too",
  },
  requireRehearsal: {
    default: "",
    help: "Publish only what footlight rehearse has run within that time, like 30m, without differences that nobody has accepted",
    pattern: /^([1-9]\d{0,6}[smhd])?$/,
    expects: "a time like 90s, 30m, 2h or 1d",
  },
  minRuns: {
    default: 1000,
    help: "Runs that such a rehearsal must have compared",
    range: [1, 1_000_000_000],
  },
  waves: {
    default: "",
    help: "Give it to viewers wave by wave, like canary 5m, @site-a 10m, 10% 1h, 100%: groups of edges, a share and how long at least; gates take it back",
  },
  to: {
    default: "",
    help: "Give it to a share of viewers, like 10%, or to groups of edges, like @site-a, until somebody ends it; gates take it back",
  },
  gates: {
    default: "",
    help: "The gates that count: errors, status, utilization and origin, with commas between (default: all)",
  },
  minRequests: {
    default: 1000,
    help: "Requests of each version without which a wave is not left",
    range: [0, 1_000_000_000],
  },
  whenFew: {
    default: "wait",
    help: "What a wave does whose time is over with fewer: wait for more, or ask and pause",
    pattern: /^(wait|ask)$/,
    expects: "wait or ask",
  },
  breakGlass: { default: false, help: "Skip all gates" },
  testToken: {
    default: "",
    help: "Let requests with x-footlight-version: NUMBER TOKEN choose their version; 16 to 200 characters",
  },
  detach: { default: false, help: "Begin the waves, and don't wait for their end" },
  json: { default: false, help: "Print JSON" },
} as const;

export const publish: Command = {
  summary: "Check what a function's DEVELOPMENT stage holds, and give it to all viewers",
  usage: "FUNCTION",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const options = readOptionTable(table, flags, environment);
    const { json, message, unchecked, detach } = options;
    const address = { api: options.api, ca: options.ca };
    const inWaves = wavesOf(options);
    const [name, ...rest] = words;
    if (name === undefined || rest.length > 0) throw new UsageError("publish FUNCTION", words);
    try {
      // First its ETag: if the code that is checked was saved later, publishing is refused.
      const { development } = await readVersions(address, name, environment);
      const version = "DEVELOPMENT";
      const code = await readCode(address, { name, version }, environment);
      if (tellFindings(name, code) && !unchecked) {
        process.stderr.write(
          `footlight publish: ${name} is not published; --unchecked publishes it all the same\n`,
        );
        return 1;
      }
      const body = { ...(message !== "" && { message }), ...wantedRehearsal(options), ...inWaves };
      const order = { name, action: "publish", ifMatch: development.etag, body } as const;
      const { live, ...after } = await changeVersions(address, order, environment);
      if (inWaves !== undefined) {
        const version = after.items[0]!.version;
        if (json) process.stdout.write(`${JSON.stringify({ live, ...after })}\n`);
        else tellBegun(name, version);
        return detach || json ? 0 : await followWaves(address, { name, version }, environment);
      }
      process.stdout.write(
        json
          ? `${JSON.stringify({ live, ...after })}\n`
          : `All viewers of ${name} get version ${live!.version}.` +
              `${after.goes_back_to === undefined ? "" : ` Back to version ${after.goes_back_to}: footlight rollback ${name}`}\n`,
      );
      return 0;
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      process.stderr.write(`footlight publish: ${error.message}\n`);
      return 1;
    }
  },
};

type Options = ValuesOf<typeof table>;

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** @returns what the API is told of the rehearsal that there must be; nothing where none must */
function wantedRehearsal({ requireRehearsal, minRuns }: Options): object {
  if (requireRehearsal === "") return {};
  const unit = secondsOf[requireRehearsal.at(-1)!]!;
  return { rehearsed_within_seconds: parseInt(requireRehearsal, 10) * unit, min_runs: minRuns };
}

/**
 * @returns what the API is told of waves; undefined where all viewers get it at once
 * @throws OptionError, when an option is of waves, and there are none
 */
function wavesOf(options: Options): Readonly<Record<string, unknown>> | undefined {
  const { waves, to, gates, minRequests, whenFew, breakGlass, testToken } = options;
  if (waves !== "" && to !== "") {
    throw new OptionError("--waves and --to can't both be given: --to 10% is one wave that stays");
  }
  if (waves === "" && to === "") {
    if (gates === "" && !breakGlass && testToken === "") return undefined;
    throw new OptionError("--gates, --break-glass and --test-token are of --waves or --to");
  }
  return {
    waves: waves === "" ? to : waves,
    ...(gates !== "" && { gates: gates.split(",").map((gate) => gate.trim()) }),
    min_requests: minRequests,
    when_few: whenFew,
    ...(breakGlass && { break_glass: true }),
    ...(testToken !== "" && { test_token: testToken }),
  };
}

function tellBegun(name: string, version: number): void {
  process.stdout.write(
    `Version ${version} of ${name} goes out in waves, which go on without this command: footlight waves ${name}\n`,
  );
}

/** @returns whether there is an error among them */
function tellFindings(name: string, { code, runtime }: ToldCode): boolean {
  const source = Buffer.from(code, "base64").toString();
  const kind = isOfConnections(name) ? "connection" : "request";
  const findings = checkFunction(source, runtime as RuntimeName, kind);
  for (const { line, column, severity, rule, message } of findings) {
    process.stderr.write(`${name}:${line}:${column}: ${severity}: ${message} [${rule}]\n`);
  }
  return findings.some(({ severity }) => severity === "error");
}
