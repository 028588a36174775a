/** What a node's operator says of origins: the options about them, read for the edge. */
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { readOriginSources } from "../edge/deployment/origin-sources.ts";
import type { EdgeOptions } from "../edge/edge.ts";
import { OptionError } from "./option-table.ts";
import type { OptionsOf } from "./options.ts";

/** @throws OptionError, naming the option, when what it names is not there or is not what it must be */
export function readOriginOptions({
  originSources,
  originCa,
  refusePrivateOrigins,
}: Pick<OptionsOf<"edge">, "originSources" | "originCa" | "refusePrivateOrigins">): Pick<
  EdgeOptions,
  "originSources" | "originCertificateAuthorities" | "refusesPrivateOrigins"
> {
  const files = originCa.split(",").filter((file) => file !== "");
  return {
    originSources: chosenSources(originSources),
    originCertificateAuthorities: files.flatMap((file) => certificatesIn(file.trim())),
    refusesPrivateOrigins: refusePrivateOrigins,
  };
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesIn(file: string): readonly string[] {
  try {
    const certificates = readFileSync(file, "utf8").match(certificate) ?? [];
    if (certificates.length === 0) throw new Error(`${file} holds no certificate in PEM`);
    for (const text of certificates) void new X509Certificate(text);
    return certificates;
  } catch (error) {
    const { message } = error as Error;
    throw new OptionError(`Cannot use --origin-ca ${file}: ${message}`, { cause: error });
  }
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
