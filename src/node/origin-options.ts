/** What a node's operator says of origins: the options about them, read for the edge. */
import { statSync } from "node:fs";
import { readOriginSources } from "../edge/deployment/origin-sources.ts";
import type { EdgeOptions } from "../edge/edge.ts";
import { OptionError } from "./option-table.ts";
import type { OptionsOf } from "./options.ts";

/** @throws OptionError, naming the option, when what it names is not there or is not what it must be */
export function readOriginOptions({
  originSources,
}: Pick<OptionsOf<"edge">, "originSources">): Pick<EdgeOptions, "originSources"> {
  return { originSources: chosenSources(originSources) };
}

function chosenSources(table: string): EdgeOptions["originSources"] {
  try {
    const sources = readOriginSources(table);
    for (const [domainName, folder] of sources?.folders ?? []) {
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
        throw new Error(`there is no folder ${folder}, which is to stand for ${domainName}`);
      }
    }
    return sources;
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError(`Cannot use --origin-sources: ${message}`, { cause: error });
  }
}
