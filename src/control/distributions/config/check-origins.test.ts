/** Origins and origin groups: what breaks their rules. */
import {
  wrapped,
  many,
  set,
  origin,
  without,
  testRefused,
  testAccepted,
} from "../../../../test/support/config-contract.ts";
import { s3Origin } from "../../../../test/support/sample-config.ts";

testRefused([
  [
    "an origin's name has a port",
    "InvalidArgument",
    (c) => (origin(c).DomainName = "example.com:80"),
    /cannot contain a colon/,
  ],
  [
    "an origin's name has a scheme",
    "InvalidArgument",
    (c) => (origin(c).DomainName = "https://example.com"),
    /cannot contain a colon/,
  ],
  [
    "an origin's name has a path",
    "InvalidArgument",
    (c) => (origin(c).DomainName = "example.com/a"),
    /must be a domain name/,
  ],
  ["an origin's name is empty", "InvalidArgument", (c) => (origin(c).DomainName = "")],
  [
    "an origin is a public address",
    "InvalidArgument",
    (c) => (origin(c).DomainName = "8.8.8.8"),
    /must be a domain name/,
  ],
  ["two origins share an id", "InvalidArgument", (c) => (origin(c, 1).Id = "custom"), /used twice/],
  [
    "an S3 origin is no bucket",
    "InvalidArgument",
    (c) => (origin(c, 2).DomainName = "files.example.com"),
    /does not refer to a valid S3 bucket/,
  ],
  [
    "an S3 origin is a bucket's website",
    "InvalidArgument",
    (c) => (origin(c, 2).DomainName = "b.s3-website.eu-west-1.amazonaws.com"),
  ],
  [
    "an origin path does not begin with a slash",
    "InvalidArgument",
    (c) => (origin(c).OriginPath = "site"),
    /must start with "\/"/,
  ],
  ["an origin path ends with a slash", "InvalidArgument", (c) => (origin(c).OriginPath = "/site/")],
  [
    "an origin path is not URL-encoded",
    "InvalidRelativePath",
    (c) => (origin(c).OriginPath = "/ünicode"),
  ],
  [
    "an origin is tried four times",
    "InvalidArgument",
    (c) => (origin(c).ConnectionAttempts = 4),
    /ConnectionAttempts must be from 1 to 3, got 4/,
  ],
  [
    "an origin is waited for 11 seconds",
    "InvalidArgument",
    (c) => (origin(c).ConnectionTimeout = 11),
    /ConnectionTimeout/,
  ],
  [
    "the read timeout is 0",
    "InvalidOriginReadTimeout",
    (c) => (origin(c).CustomOriginConfig.OriginReadTimeout = 0),
  ],
  [
    "the read timeout is 121",
    "InvalidOriginReadTimeout",
    (c) => (origin(c).CustomOriginConfig.OriginReadTimeout = 121),
  ],
  [
    "the keep-alive timeout is 0",
    "InvalidOriginKeepaliveTimeout",
    (c) => (origin(c).CustomOriginConfig.OriginKeepaliveTimeout = 0),
  ],
  [
    "the keep-alive timeout is 121",
    "InvalidOriginKeepaliveTimeout",
    (c) => (origin(c).CustomOriginConfig.OriginKeepaliveTimeout = 121),
  ],
  [
    "a response must complete before it may begin",
    "InvalidArgument",
    (c) => (origin(c).ResponseCompletionTimeout = 29),
  ],
  [
    "Origin Shield has no region",
    "InvalidArgument",
    (c) => set(origin(c), { OriginShield: { Enabled: true } }),
  ],
  [
    "a port is below 1024",
    "InvalidArgument",
    (c) => (origin(c).CustomOriginConfig.HTTPPort = 1023),
    /HTTPPort/,
  ],
  [
    "a port is above 65535",
    "InvalidArgument",
    (c) => (origin(c).CustomOriginConfig.HTTPSPort = 65_536),
    /HTTPSPort/,
  ],
  [
    "an SSL protocol comes twice",
    "InvalidArgument",
    (c) => set(origin(c).CustomOriginConfig, { OriginSslProtocols: wrapped("TLSv1.2", "TLSv1.2") }),
  ],
  [
    "there are 31 custom headers",
    "TooManyOriginCustomHeaders",
    (c) =>
      set(origin(c), {
        CustomHeaders: wrapped(...many(31).map((HeaderName) => ({ HeaderName, HeaderValue: "" }))),
      }),
  ],
  [
    "a custom header is refused",
    "InvalidArgument",
    (c) => (origin(c).CustomHeaders.Items[0]!.HeaderName = "Host"),
    /Host/,
  ],
  [
    "a custom header begins with X-Amz-",
    "InvalidArgument",
    (c) => (origin(c).CustomHeaders.Items[0]!.HeaderName = "X-Amz-Date"),
  ],
  [
    "a custom header begins with X-Edge-",
    "InvalidArgument",
    (c) => (origin(c).CustomHeaders.Items[0]!.HeaderName = "x-edge-a"),
  ],
  [
    "a custom header's name is no name",
    "InvalidArgument",
    (c) => (origin(c).CustomHeaders.Items[0]!.HeaderName = "a b"),
  ],
  [
    "a custom header's name has 257 characters",
    "InvalidArgument",
    (c) => (origin(c).CustomHeaders.Items[0]!.HeaderName = "n".repeat(257)),
  ],
  [
    "a custom header's value has a line break",
    "InvalidArgument",
    (c) => (origin(c).CustomHeaders.Items[0]!.HeaderValue = "a\r\nb: c"),
  ],
  [
    "a custom header's value has 1,784 characters",
    "InvalidArgument",
    (c) => (origin(c).CustomHeaders.Items[0]!.HeaderValue = "v".repeat(1784)),
  ],
  [
    "custom headers have more than 10,240 characters",
    "InvalidArgument",
    (c) =>
      set(origin(c), {
        CustomHeaders: wrapped(
          ...many(6).map((HeaderName) => ({ HeaderName, HeaderValue: "v".repeat(1783) })),
        ),
      }),
  ],
  [
    "a custom header comes twice",
    "InvalidArgument",
    (c) =>
      set(origin(c), {
        CustomHeaders: wrapped(
          ...["a", "A"].map((HeaderName) => ({ HeaderName, HeaderValue: "" })),
        ),
      }),
  ],
  [
    "an origin access control does not exist",
    "InvalidOriginAccessControl",
    (c) => (origin(c, 2).OriginAccessControlId = "E1AAAAAAAAAAAA"),
  ],
  [
    "an origin access identity is a bare id",
    "InvalidOriginAccessIdentity",
    (c) => (origin(c, 2).S3OriginConfig.OriginAccessIdentity = "E1AAAAAAAAAAAA"),
    /origin-access-identity\/cloudfront\/ID/,
  ],
  [
    "an S3 origin's name is made to be slow",
    "InvalidArgument",
    (c) => (origin(c, 2).DomainName = `b.s3${"-".repeat(200)}a`),
  ],
  [
    "an origin access identity does not exist",
    "InvalidOriginAccessIdentity",
    (c) =>
      (origin(c, 2).S3OriginConfig.OriginAccessIdentity =
        "origin-access-identity/cloudfront/E1AAAAAAAAAAAA"),
  ],
  [
    "an origin has access control and identity",
    "IllegalOriginAccessConfiguration",
    (c) => {
      origin(c, 2).OriginAccessControlId = "E1";
      origin(c, 2).S3OriginConfig.OriginAccessIdentity = "origin-access-identity/cloudfront/E2";
    },
  ],
  [
    "a VPC origin does not exist",
    "EntityNotFound",
    (c) => {
      without(origin(c, 1), "CustomOriginConfig");
      set(origin(c, 1), { VpcOriginConfig: { VpcOriginId: "vo_1" } });
    },
  ],
  [
    "a group has an origin's id",
    "InvalidArgument",
    (c) => (c.OriginGroups.Items[0]!.Id = "custom"),
  ],
  [
    "a group's member does not exist",
    "NoSuchOrigin",
    (c) => (c.OriginGroups.Items[0]!.Members.Items[1]!.OriginId = "gone"),
  ],
  [
    "a group has one origin twice",
    "InvalidArgument",
    (c) => (c.OriginGroups.Items[0]!.Members.Items[1]!.OriginId = "custom"),
  ],
  [
    "a group fails over on 200",
    "InvalidArgument",
    (c) => (c.OriginGroups.Items[0]!.FailoverCriteria.StatusCodes.Items[0] = 200),
  ],
]);

testAccepted([
  ["an origin is this machine", (c) => (origin(c).DomainName = "localhost")],
  ["an origin is under localhost", (c) => (origin(c).DomainName = "shop.localhost")],
  ["an origin is a loopback address", (c) => (origin(c).DomainName = "127.0.0.1")],
  ["an origin is a machine of this network", (c) => (origin(c).DomainName = "192.168.1.20")],
  ["an origin is a name without a dot", (c) => (origin(c).DomainName = "web")],
  ["an S3 origin is this machine", (c) => (origin(c, 2).DomainName = "localhost")],
  ["an origin's name is in upper case", (c) => (origin(c).DomainName = "WWW.Example.COM")],
  [
    "a bucket is named the old way",
    (c) => (origin(c, 2).DomainName = "my.bucket.s3-eu-west-1.amazonaws.com"),
  ],
  [
    "a failover goes from S3 to a custom origin",
    (c) => (c.OriginGroups.Items[0]!.Members.Items[0]!.OriginId = "bucket"),
  ],
  [
    "there is one S3 origin and nothing else",
    (c) => {
      set(c, {
        Origins: wrapped(s3Origin("custom")),
        OriginGroups: wrapped(),
        CacheBehaviors: wrapped(),
      });
    },
  ],
]);
