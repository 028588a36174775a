/** The settings of a distribution that stand alone: comment, root object, logging, web ACL, cache tags. */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { DistributionConfig } from "../../../schema/shapes.ts";
import { checkComment } from "../../comment.ts";
import { isHeaderName } from "../../header-text.ts";
import type { Draft } from "./draft.ts";

export function checkSettings({ config }: Draft): void {
  checkNames(config);
  checkDefaultRootObject(config);
  checkLogging(config);
  checkWebAcl(config.WebACLId ?? "");
  checkCacheTags(config);
}

function checkNames({ CallerReference = "", Comment = "" }: DistributionConfig): void {
  if (CallerReference === "") {
    throw new InvalidArgument("The parameter CallerReference must not be empty");
  }
  checkComment(Comment);
}

/** A "/" in front is kept, as AWS does: viewers who ask for "/" get the object "//index.html". */
const rootObject = /^[A-Za-z0-9_\-.*$/~"'&]{0,255}$/;

function checkDefaultRootObject({ DefaultRootObject = "" }: DistributionConfig): void {
  if (rootObject.test(DefaultRootObject)) return;
  throw new ApiError(
    "InvalidDefaultRootObject",
    `The default root object must have at most 255 of the characters A-Z a-z 0-9 _ - . * $ / ~ " ' &, got "${DefaultRootObject}"`,
  );
}

const s3Bucket = /^(?=.{1,253}$)[a-z0-9][a-z0-9._-]*\.s3([.-][a-z0-9]+)*\.amazonaws\.com(\.cn)?$/;

function checkLogging({ Logging: logging }: DistributionConfig): void {
  if (!logging?.Enabled) return;
  const { Bucket = "", Prefix = "" } = logging;
  if (!s3Bucket.test(Bucket)) {
    throw new InvalidArgument(
      `The parameter Logging Bucket does not refer to a valid S3 bucket. It must be a bucket's domain name, like logs.s3.amazonaws.com, got "${Bucket}"`,
    );
  }
  if (Prefix.startsWith("/") || Prefix.length > 256) {
    throw new InvalidArgument(
      `The parameter Logging Prefix must not start with "/" and have at most 256 characters, got "${Prefix}"`,
    );
  }
}

const webAclArn =
  /^arn:aws(-cn)?:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]{1,128}\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const webAclId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws InvalidArgument, when it is not the ARN of a global AWS WAF web ACL */
export function checkWebAclArn(arn: string): void {
  if (webAclArn.test(arn)) return;
  throw new InvalidArgument(
    `WebACLArn must be the ARN of a global AWS WAF web ACL in us-east-1, got "${arn}"`,
  );
}

/**
 * An ARN for AWS WAF, an id for AWS WAF Classic, "" for none.
 *
 * @throws InvalidWebACLId
 */
export function checkWebAcl(id: string): void {
  if (id === "" || webAclArn.test(id) || webAclId.test(id)) return;
  throw new ApiError(
    "InvalidWebACLId",
    `The web ACL must be given by the ARN of a global AWS WAF web ACL in us-east-1, or the id of an AWS WAF Classic one, got "${id}"`,
  );
}

function checkCacheTags({ CacheTagConfig: tags }: DistributionConfig): void {
  if (tags && !isHeaderName(tags.HeaderName ?? "")) {
    throw new InvalidArgument(
      `CacheTagConfig.HeaderName must be the name of a response header, got "${tags.HeaderName ?? ""}"`,
    );
  }
}
