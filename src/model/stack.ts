/**
 * What was made of a template: which resource of the account stands for which of the template, so that
 * whoever deploys the template again, from whatever machine, changes those and makes no others.
 *
 * It holds no configurations, which are the resources' own and would be here a second time, secrets included,
 * but the hashes by which whoever deploys sees whether anything changed.
 */
export interface Stack {
  readonly name: string;
  /** The log's revision of its last change; the ETag is made from it. */
  readonly version: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdTime: string;
  readonly lastModifiedTime: string;
  /** By the template's name for it; what was replaced and is still there has a name with a point. */
  readonly resources: Readonly<Record<string, StackResource>>;
  /** By the template's name for it. */
  readonly outputs: Readonly<Record<string, StackOutput>>;
}

export interface StackResource {
  /** Like AWS::CloudFront::Function. */
  readonly type: string;
  /** `making` from before it is created until its id is known here. */
  readonly state: "making" | "made";
  /** What operations name it by; empty while that is not known. */
  readonly id: string;
  /** What Ref and Fn::GetAtt answer, by name; `Ref` among them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Of what the template asked for, in hex: SHA-256. */
  readonly asked: string;
  /** Of what the account had afterwards, in hex: SHA-256. */
  readonly found: string;
  /** The template's names of what it refers to. */
  readonly dependsOn: readonly string[];
  /** Whether it stays when the stack goes. */
  readonly isRetained: boolean;
}

export interface StackOutput {
  readonly value: string;
  /** Under which name other stacks import it; absent of one that they can't. */
  readonly exportName?: string;
}

/** What a deployment step did; null takes a resource out of the record. */
export interface StackPatch {
  readonly resources?: Readonly<Record<string, StackResource | null>>;
  /** In place of all that there were. */
  readonly outputs?: Readonly<Record<string, StackOutput>>;
}

/** The form of a stack's name; CloudFormation's. */
export const stackNamePattern = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/** @returns the ARN that policies and the audit name a stack by */
export function stackArn(account: string, name: string): string {
  return `arn:aws:cloudformation:us-east-1:${account}:stack/${name}`;
}

/** @param before undefined where there is none yet */
export function patchStack(
  before: Stack | undefined,
  patch: StackPatch,
  { name, at, version }: Pick<Stack, "name" | "version"> & { readonly at: string },
): Stack {
  const resources = { ...before?.resources };
  for (const [logicalId, resource] of Object.entries(patch.resources ?? {})) {
    if (resource === null) delete resources[logicalId];
    else resources[logicalId] = resource;
  }
  return {
    name,
    version,
    createdTime: before?.createdTime ?? at,
    lastModifiedTime: at,
    resources,
    outputs: patch.outputs ?? before?.outputs ?? {},
  };
}
