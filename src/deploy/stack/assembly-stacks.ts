/**
 * The stacks of a cloud assembly, the folder that `cdk synth` writes: its manifest names their templates, and which must be there before
 * which. Stages are assemblies in it, with manifests of their own.
 *
 * Source: aws/cdk's cloud-assembly-schema, "ArtifactType" and "AwsCloudFormationStackProperties".
 */
import { readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";
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
    const artifact = Object.hasOwn(artifacts, id) ? artifacts[id] : undefined;
    if (!isMembers(artifact) || seen.has(id)) return;
    seen.add(id);
    const { dependencies } = artifact;
    if (Array.isArray(dependencies)) for (const each of dependencies) visit(String(each));
    stacks.push(...stacksOf(id, artifact, folder));
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return stacks;
}

function stacksOf(id: string, artifact: Artifact, folder: string): readonly AssemblyStack[] {
  const { type, displayName } = artifact;
  const properties = isMembers(artifact.properties) ? artifact.properties : {};
  const { templateFile, stackName = id, directoryName } = properties;
  if (type === "cdk:cloud-assembly" && typeof directoryName === "string") {
    const inner = resolve(folder, directoryName);
    // One that is not below would have itself in it.
    return inner.startsWith(resolve(folder) + sep) ? (assemblyStacks(inner) ?? []) : [];
  }
  if (type !== "aws:cloudformation:stack" || typeof templateFile !== "string") return [];
  const otherNames = typeof displayName === "string" ? [id, displayName] : [id];
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
    const manifest = parseStrictJson(text);
    const artifacts = isMembers(manifest) ? manifest["artifacts"] : undefined;
    return isMembers(artifacts) ? (artifacts as Readonly<Record<string, Artifact>>) : {};
  } catch (error) {
    throw new Error(`${file} ${(error as Error).message}`, { cause: error });
  }
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
