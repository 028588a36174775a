/** What to do about each error: of API calls by its code, of viewers' requests by why the edge refused. */
import type { RefusalName } from "../src/edge/record/result-types.ts";
import type { ErrorCode } from "../src/schema/errors.ts";

const byCode: Partial<Record<ErrorCode, string>> = {
  AccessDenied:
    "Whose key it is may not do this: the message names the action and the resource, and the owner of the node gives rights by a policy ([access.md](access.md)).",
  AccessDeniedException: "As AccessDenied, of the key value stores' data API.",
  BatchTooLarge: "Split the invalidation, or name the paths by one that ends in `*`.",
  CNAMEAlreadyExists:
    "Another distribution or tenant has this alternate domain name: take it away there first, or move it by AssociateAlias or UpdateDomainAssociation.",
  CannotChangeImmutablePublicKeyFields:
    "A key's text and CallerReference stay as they are: create another key.",
  CannotDeleteEntityWhileInUse:
    "Take it away from what uses it, which the message names, and delete it then.",
  CannotUpdateEntityWhileInUse:
    "Take it away from what uses it, which the message names, and change it then.",
  ConflictException:
    "The store was changed meanwhile: DescribeKeyValueStore tells its ETag of now.",
  DistributionNotDisabled:
    "Set `Enabled` to false by UpdateDistribution, and delete the distribution with the ETag that this answers.",
  EntityNotFound:
    "Nothing has this id or name. List them: it may have been deleted, or be another node's.",
  ExpectationFailed: "Send no `Expect` but `100-continue`.",
  ExpiredToken: "Get new temporary credentials.",
  FunctionInUse:
    "Take the function's association from the cache behaviors that the message names, or end its waves, and delete it then.",
  FunctionSizeLimitExceeded:
    "10 KB at most: move data into a key value store ([how-to/redirects.md](how-to/redirects.md)), or minify the code.",
  IllegalDelete: "AWS's own policies can't be deleted.",
  IllegalUpdate: "What the message names can't be changed in place: make another resource.",
  IncompleteSignature: "The Authorization header is not SigV4's: let an AWS client sign.",
  InconsistentQuantities: "`Quantity` says how many `Items` there are: make them equal.",
  InsufficientStorage:
    "The disk of the node is full. Make room; nothing that was acknowledged is lost ([runbook.md](runbook.md)).",
  InternalFailure:
    "A fault of Footlight's: its log line with the request's id says which. Please report it.",
  InternalServerException: "As InternalFailure, of the key value stores' data API.",
  InvalidClientTokenId:
    "No access key has this id: `footlight keys list` prints those that there are, and environment or profile say which one is sent.",
  InvalidIfMatchVersion:
    "Read the resource (Get… or Describe…), and send the `ETag` of that answer in `If-Match`.",
  InvalidTTLOrder: "Minimum, default and maximum TTL must not get smaller in this order.",
  MalformedXML:
    "The body is no XML of this operation: the message says where. By hand, JSON is easier (`Content-Type: application/json`).",
  MethodNotAllowed:
    "The path is an operation's, with another method: the message and `/openapi.json` say which.",
  MissingAuthenticationToken:
    "The node wants signed calls (`--auth sigv4`): set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` ([access.md](access.md)).",
  MissingBody: "Send the body that the operation wants; `/openapi.json` describes it.",
  NoSuchFunctionExists:
    "No function has this name in this stage. In LIVE it is there once it was published.",
  NoSuchOrigin: "`TargetOriginId` must be the `Id` of one of the distribution's origins.",
  NotImplemented:
    "Footlight does not do this operation: [operations.md](operations.md) lists what it does.",
  PreconditionFailed:
    "Somebody changed it since you read it. Read it again, see what changed, and send its ETag of now in `If-Match`.",
  RequestExpired:
    "The call was signed too long ago, or the clocks of both machines differ: set them.",
  RequestHeadersTooLarge: "Send fewer or shorter headers.",
  RequestTimeout: "The request did not arrive whole in time: look at the network, and try again.",
  RequestTooLarge: "The body is larger than any operation's may be.",
  ResourceNotDisabled: "Disable it by its update, and delete it with the ETag that this answers.",
  ResourceNotFoundException:
    "No store has this ARN, or it has no such key. `aws cloudfront list-key-value-stores` lists stores.",
  ServiceUnavailable:
    "The node can't write just now: the message says why. Clients try again by themselves; `footlight nodes` and [runbook.md](runbook.md) say more.",
  SignatureDoesNotMatch:
    "The secret does not belong to the access key, or something between changed the request.",
  StreamingDistributionNotDisabled:
    "Set `Enabled` to false by UpdateStreamingDistribution, and delete it then.",
  TestFunctionFailed:
    "The function could not be tested at all: the message says why. `footlight check` looks at the code, [testing.md](testing.md) says what an event is.",
  TooManyDistributionsWithSingleFunctionARN: "Associate another function, or raise the quota.",
  TooManyInvalidationsInProgress: "Wait until those in progress are Completed.",
  TrustedKeyGroupDoesNotExist: "Create the key group first, or correct its id.",
  UnknownOperation:
    "No operation has this method and path: is the endpoint the API's port (4580) and not the edge's? `/openapi.json` has all.",
  ValidationException:
    "The message names the member of the call that is wrong, and what it may be.",
};

const byFamily: readonly (readonly [RegExp, string])[] = [
  [
    /^NoSuch/,
    "Nothing has this id or name. List them: it may have been deleted, or be another node's.",
  ],
  [
    /AlreadyExists$/,
    "Another has this name or CallerReference: choose another, or update the one that is there.",
  ],
  [/InUse$/, "Take it away from what uses it, which the message names, and delete it then."],
  [
    /^TooMany|LimitExceeded$|QuotaExceeded/,
    "A quota is reached, which the message names: remove some, or raise it by `--quotas` ([quotas.md](quotas.md)).",
  ],
  [
    /^(Invalid|Illegal|TooLong|QueryArg|Trusted|RealtimeLogConfigOwner)/,
    "The message names the member that is wrong, its value, and what it may be.",
  ],
];

/** @throws Error for a code that nobody has thought of: it is written here */
export function adviceOn(code: ErrorCode): string {
  const advice = byCode[code] ?? byFamily.find(([pattern]) => pattern.test(code))?.[1];
  if (advice === undefined) throw new Error(`tools/error-advice.ts says nothing of ${code}`);
  return advice;
}

const signedWhat = "Sign the URL or set the cookies anew: [edge.md](edge.md#private-content).";

export const adviceOnRefusal: Readonly<Record<RefusalName, string>> = {
  malformed:
    "The request is no HTTP that the edge takes, such as one with two lengths: look at what sends it.",
  slowRequest: "The request did not arrive whole in time: look at the viewer's network.",
  uriTooLong: "Shorten path and query string.",
  bodyTooLarge: "A request's body, or an origin's answer, is larger than CloudFront takes.",
  headersTooLarge: "Send fewer or shorter headers; mostly it is cookies.",
  unknownHost:
    "No enabled distribution has the domain name that the request is for: use its `DomainName`, an alternate domain name, or `Host`.",
  ipv6Off: "Set the distribution's `IsIPV6Enabled`, or ask by IPv4.",
  misdirected:
    "The connection was made for another host's certificate: the viewer has to connect anew for this one.",
  noCertificate:
    "The distribution has viewers show a certificate: ask by HTTPS ([https.md](https.md)).",
  httpsOnly: "The behavior's ViewerProtocolPolicy is `https-only`: ask by HTTPS.",
  bodyWithGet: "Send no body with GET.",
  loop: "The request came through this distribution already: an origin leads back to it.",
  mock: "`x-footlight-mock-…` headers say what [edge.md](edge.md#trying-out-other-viewers-and-origins) lists.",
  country: "The distribution's GeoRestriction shuts out the viewer's country.",
  method: "Add the method to the behavior's `AllowedMethods`.",
  methodOfCachable: "The behavior takes GET and HEAD alone: `AllowedMethods` can be more.",
  tunnel: "CONNECT is for proxies; a distribution is none.",
  missingKey: `The behavior wants signed requests, and this one has no key's id. ${signedWhat}`,
  unknownKey: `The key that it is signed with is in none of the behavior's key groups. ${signedWhat}`,
  malformedPolicy: `The policy is no JSON in CloudFront's base64. ${signedWhat}`,
  malformedSignature: `The signature is not in CloudFront's base64. ${signedWhat}`,
  notSigned: `The signature is wrong, its time is over, or it is for another URL or address. ${signedWhat}`,
  internal:
    "A fault of Footlight's: the log line with the request's id says which. Please report it.",
  notKept: "The request said `only-if-cached`.",
  originUnresolved:
    "The origin's `DomainName` resolves to nothing from this machine: correct it, or say what stands for it by `--origin-sources`.",
  originUnreachable:
    "Does a server listen at the origin's name and port, with the protocol that `OriginProtocolPolicy` says? `footlight explain` tells what each attempt met.",
  originTooSlow:
    "The origin answered later than its response timeout: make it quicker, or the timeout longer.",
  originRefused:
    "The origin is at a private address, and the edge was started with `--refuse-private-origins`.",
  functionFailed:
    "The function threw, or took too much time or memory: `footlight logs` and `footlight explain` have the error; a test of that event keeps it away ([testing.md](testing.md)).",
  functionThrottled:
    "Too many runs of a function that holds its worker up wait: [functions.md](functions.md#when-a-function-holds-up-its-worker).",
  functionInvalid:
    "The function returned what can't be used; the page and `footlight explain` say what. `footlight test` says it before viewers see it.",
  functionWithoutResult:
    "The function returned nothing: each way through it ends in `return request`, or in a response.",
  originChange:
    "`cf.updateRequestOrigin()` or its like was given what no origin can be; the message says what.",
};
