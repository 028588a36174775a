/**
 * The files beside a template that CDK would upload: `NAME.assets.json` says which file or folder each object of the
 * assets' bucket is made of.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseStrictJson } from "../../base/strict-json.ts";
import type { AssetFiles, CodeReader } from "../resources/resource-kind.ts";

export interface CloudAssembly extends AssetFiles, CodeReader {
  /** @param objectKey of the assets' bucket */
  readonly sourceOf: (objectKey: string) => string | undefined;
}

interface Manifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source?: { readonly path?: unknown };
        readonly destinations?: Readonly<Record<string, { readonly objectKey?: string }>>;
      }
    >
  >;
}

/** @throws Error, when there is a manifest that can't be read */
export function readCloudAssembly(
  templateFile: string,
  { codeOf, codeIn }: CodeReader,
): CloudAssembly {
  const folder = dirname(templateFile);
  const sources = new Map<string, string>();
  for (const { source, destinations } of Object.values(readManifest(templateFile)?.files ?? {})) {
    const path = source?.path;
    // An asset without one is made by a program that CDK runs.
    if (typeof path !== "string" || path === "") continue;
    for (const { objectKey } of Object.values(destinations ?? {})) {
      if (objectKey !== undefined) sources.set(objectKey, join(folder, path));
    }
  }
  const sourceOf = (objectKey: string): string | undefined => sources.get(objectKey);
  return {
    codeOf,
    codeIn,
    sourceOf,
    fileOf: (arn) => {
      const [, key] = /^arn:[^:]*:s3:::[^/]*\/(.+)$/.exec(arn) ?? [];
      return key === undefined ? undefined : sourceOf(key);
    },
  };
}

function readManifest(templateFile: string): Manifest | undefined {
  const file = templateFile.replace(/(\.template)?\.(json|ya?ml)$/, ".assets.json");
  if (file === templateFile) return undefined;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  try {
    return parseStrictJson(text) as Manifest;
  } catch (error) {
    throw new Error(`${file} ${(error as Error).message}`, { cause: error });
  }
}
