/**
 * What a template's distributions ask that is not there: buckets, with where their objects are on this machine, and what other resources of
 * the template would answer at. What to tell a node by --origin-sources.
 */
import type { Members } from "../api/api.ts";
import { memberAt } from "../resources/member-path.ts";
import { bucketName, isForeign } from "./foreign-resources.ts";
import { StackView, type DeployOrder } from "./stack-view.ts";

export interface StackOrigin {
  /** Of an origin, as --origin-sources names it. */
  readonly domainName: string;
  /** The folder that CDK would put into the bucket; undefined where nothing says one. */
  readonly folder: string | undefined;
}

/**
 * The same before anything is deployed, for who starts a node to deploy to.
 *
 * @throws TemplateError, for what Footlight can't do
 */
export function originsBeforehand(order: DeployOrder, account: string): readonly StackOrigin[] {
  const view = new StackView(order, { account }, () => undefined);
  const configs = [...order.template.resources.values()]
    .filter((resource) => !isForeign(resource) && view.isThere(resource))
    .map((resource) => view.ask(resource).config);
  return originsOf(configs, view);
}

/** @param configs what distributions are asked to be, among others */
export function originsOf(configs: readonly Members[], view: StackView): readonly StackOrigin[] {
  const items = configs.flatMap(
    (config) => (memberAt(config, "DistributionConfig.Origins.Items") ?? []) as readonly Members[],
  );
  const names = new Set(
    items
      .map(({ DomainName }) => String(DomainName))
      .filter((name) => isBucket(name) || view.isMadeUp(name)),
  );
  const folders = foldersOf(view);
  return [...names].map((domainName) => {
    // Nothing but a bucket has a name that begins like this.
    const [bucket = ""] = /^.*?(?=\.s3[.-])/.exec(domainName) ?? [];
    return { domainName, folder: folders.get(bucket) };
  });
}

function isBucket(domainName: string): boolean {
  return /\.s3[.-].*amazonaws\.com$/.test(domainName);
}

/** CDK's BucketDeployment names an archive of a folder, and the assets beside the template have that folder. */
function foldersOf(view: StackView): ReadonlyMap<string, string> {
  const { template, assembly } = view.order;
  const folders = new Map<string, string>();
  for (const resource of template.resources.values()) {
    if (resource.type !== "Custom::CDKBucketDeployment" || !view.isThere(resource)) continue;
    const [key, ...others] = view.propertyTexts(resource, "SourceObjectKeys");
    const bucket = view.propertyText(resource, "DestinationBucketName");
    const prefix = view.propertyText(resource, "DestinationBucketKeyPrefix") ?? "";
    const folder = key === undefined ? undefined : assembly.sourceOf(key);
    // More than one folder, or one that is not the bucket's root, is none that stands for it.
    if (bucket === undefined || folder === undefined || others.length > 0 || prefix !== "")
      continue;
    folders.set(bucket, folder);
  }
  for (const resource of template.resources.values()) {
    if (resource.type !== "AWS::S3::Bucket" || !isForeign(resource)) continue;
    const folder = folders.get(resource.logicalId);
    if (folder !== undefined) folders.set(bucketName(resource, view.foreign), folder);
  }
  return folders;
}
