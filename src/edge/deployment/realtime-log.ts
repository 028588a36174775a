/** A real-time log configuration as an edge uses it. */
import type { ResourceConfigs } from "../../model/resource.ts";
import type { State } from "../../state/state.ts";

type Config = ResourceConfigs["realtime-log-config"];

export interface RealtimeLog {
  readonly name: string;
  /** Percent of requests that it tells of. */
  readonly samplingRate: number;
  readonly fields: readonly string[];
  /** The ARNs of the Kinesis streams that it goes to. */
  readonly streams: readonly string[];
}

/** A configuration is the same object as long as it did not change. */
const read = new WeakMap<Config, RealtimeLog>();

/** Finds configurations by their names, which each request asks for: in one revision of the state each is looked for once. */
export class RealtimeLogs {
  #revision = -1;
  readonly #found = new Map<string, RealtimeLog | undefined>();

  /** @returns the very same as long as the configuration did not change; undefined where there is none */
  find(state: Pick<State, "resources" | "revision">, name: string): RealtimeLog | undefined {
    if (state.revision !== this.#revision) {
      this.#revision = state.revision;
      this.#found.clear();
    }
    let log = this.#found.get(name);
    if (log === undefined && !this.#found.has(name)) {
      log = findRealtimeLog(state, name);
      this.#found.set(name, log);
    }
    return log;
  }
}

function findRealtimeLog(
  { resources }: Pick<State, "resources">,
  name: string,
): RealtimeLog | undefined {
  const config = resources.get("realtime-log-config")?.get(name)?.config as Config | undefined;
  if (config === undefined) return undefined;
  let log = read.get(config);
  if (log === undefined) {
    log = realtimeLogOf(name, config);
    read.set(config, log);
  }
  return log;
}

function realtimeLogOf(name: string, { SamplingRate, Fields, EndPoints }: Config): RealtimeLog {
  return {
    name,
    samplingRate: SamplingRate ?? 100,
    fields: Fields ?? [],
    streams: (EndPoints ?? []).flatMap(({ KinesisStreamConfig }) =>
      KinesisStreamConfig?.StreamARN === undefined ? [] : [KinesisStreamConfig.StreamARN],
    ),
  };
}
