/**
 * The stacks of a cloud assembly, the folder that `cdk synth` writes: its manifest names their templates, and which must be there before
 * which. Stages are assemblies in it, with manifests of their own.
 *
 * Source: aws/cdk's cloud-assembly-schema, "ArtifactType" and "AwsCloudFormationStackProperties".
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseStrictJson } from "../../base/strict-json.ts";

export interface AssemblyStack {
  /** What CloudFormation would call it. */
  readonly name: string;
  /** What else it may be asked for by: its artifact's id, and its path in the app. */
  readonly otherNames: readonly string[];
  /** The path of its template. */
  readonly template: string;
}

interface Artifact {
  readonly type?: string;
  readonly displayName?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly directoryName?: string;
  };
}

/**
 * @returns each after those that it depends on; undefined, when the folder is no assembly
 * @throws Error, when its manifest can't be read
 */
export function assemblyStacks(folder: string): readonly AssemblyStack[] | undefined {
  const artifacts = readManifest(folder);
  if (artifacts === undefined) return undefined;
  const stacks: AssemblyStack[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    const artifact = artifacts[id];
    if (artifact === undefined || seen.has(id)) return;
    seen.add(id);
    for (const dependency of artifact.dependencies ?? []) visit(dependency);
    stacks.push(...stacksOf(id, artifact, folder));
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return stacks;
}

function stacksOf(id: string, artifact: Artifact, folder: string): readonly AssemblyStack[] {
  const { type, displayName, properties = {} } = artifact;
  const { templateFile, stackName = id, directoryName } = properties;
  if (type === "cdk:cloud-assembly" && directoryName !== undefined) {
    return assemblyStacks(join(folder, directoryName)) ?? [];
  }
  if (type !== "aws:cloudformation:stack" || templateFile === undefined) return [];
  const otherNames = displayName === undefined ? [id] : [id, displayName];
  return [{ name: stackName, otherNames, template: join(folder, templateFile) }];
}

function readManifest(folder: string): Readonly<Record<string, Artifact>> | undefined {
  const file = join(folder, "manifest.json");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  try {
    const { artifacts = {} } = parseStrictJson(text) as {
      readonly artifacts?: Readonly<Record<string, Artifact>>;
    };
    return artifacts;
  } catch (error) {
    throw new Error(`${file} ${(error as Error).message}`, { cause: error });
  }
}
