/**
 * Every option of a node: flags, FOOTLIGHT_* variables, --help and docs/options.md are read off
 * this table, and so are the names of a settings file. A flag beats a variable, a variable the file,
 * and the file the default.
 */
import { availableParallelism } from "node:os";
import { importSourcesPattern } from "../control/key-value-stores/import-sources-pattern.ts";
import { originSourcesPattern } from "../edge/deployment/origin-sources.ts";
import { logStreamsPattern } from "./log-options.ts";
import { edgeLocationName } from "../model/edge-location.ts";
import { readSettingsFile } from "./settings-file.ts";
import { readOptionTable, type Option, type ValuesOf } from "./option-table.ts";

/** Whose an option is; the node's own are for all that it starts. */
export type NodePart = "api" | "edge" | "log" | "node";

/** An option of a node. */
export interface NodeOption extends Option {
  /** The part that it is handed to, together with all others of that part. */
  readonly part: NodePart;
  /** Which commands take it; absent means all of start, control and edge. */
  readonly commands?: readonly ("start" | "control" | "edge")[];
}

const port = { range: [0, 65_535] } as const;

export const options = {
  settings: {
    part: "node",
    default: "",
    help: 'File with options as a JSON object of their names, like {"apiPort": 4580, "readyJson": true}',
  },
  apiPort: {
    part: "api",
    default: 4580,
    help: "TCP port of the control-plane API; 0 takes a free one",
    ...port,
    commands: ["start", "control"],
  },
  apiHost: {
    part: "api",
    default: "127.0.0.1",
    help: "Address the control-plane API listens on",
    commands: ["start", "control"],
  },
  apiTls: {
    part: "api",
    default: "off",
    help: "Certificate of the control-plane API, which then speaks https and no http: off for none, local for one of the local authority (footlight ca), acme for one of a name in --acme-names, else a file with chain and key in PEM, CHAINFILE,KEYFILE, or a folder as with --certificates; read again when it changes",
    pattern: /^[^,]+(,[^,]+)?$/,
    expects: "off, local, acme, a file or a folder, or CHAINFILE,KEYFILE",
    commands: ["start", "control"],
  },
  console: {
    part: "api",
    default: "on",
    help: "Whether the API's port has the console, under /footlight/console/: on or off",
    pattern: /^(on|off)$/,
    expects: "on or off",
    commands: ["start", "control"],
  },
  edgePort: {
    part: "edge",
    default: 8080,
    help: "TCP port that viewers connect to; 0 takes a free one",
    ...port,
    commands: ["start", "edge"],
  },
  edgeHttpsPort: {
    part: "edge",
    default: "",
    help: "TCP port that viewers connect to by HTTPS; 0 takes a free one, off none (default: 8443, or a free one where that is taken or --edge-port is 0)",
    pattern:
      /^$|^off$|^([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$/,
    expects: "a port up to 65535, 0 or off",
    commands: ["start", "edge"],
  },
  certificates: {
    part: "edge",
    default: "",
    help: "Folder of certificates for alternate domain names: NAME.crt with NAME.key, or NAME/fullchain.pem with privkey.pem; certificates.json says which an ARN means",
    commands: ["start", "edge"],
  },
  certificateKeyFile: {
    part: "node",
    default: "",
    help: "File with the key that certificates' private keys are sealed with in the log; an edge is given a copy of the one of the node that orders them (default: certificate.key in the data folder, made on first use)",
  },
  acmeEmail: {
    part: "api",
    default: "",
    help: "Orders certificates by ACME in the name of an account with this address, and agrees to the authority's terms of service",
    pattern: /^$|^[^@\s,]+@[^@\s,]+$/,
    expects: "an e-mail address",
    commands: ["start", "control"],
  },
  acmeDirectory: {
    part: "api",
    default: "staging",
    help: "Which authority certificates are ordered from: staging or production of Let's Encrypt, or the URL of another one's directory; what staging issues no browser trusts",
    pattern: /^(staging|production|https:\/\/.+)$/,
    expects: "staging, production or a URL with https",
    commands: ["start", "control"],
  },
  acmeNames: {
    part: "api",
    default: "",
    help: "Which names certificates are ordered for beside those of distribution tenants that request one: aliases for every alternate domain name that --certificates has none for, or names; given several times, or with commas between",
    pattern: /^$|^[a-z0-9.-]+(,[a-z0-9.-]+)*$/,
    expects: "aliases, or names in lower case with commas between",
    repeats: true,
    commands: ["start", "control"],
  },
  acmeOrderAnew: {
    part: "api",
    default: false,
    help: "Orders anew, at the start, what the log holds whose key file is lost: certificates that no key of --certificate-key-file opens",
    commands: ["start", "control"],
  },
  acmeNewAccountKey: {
    part: "api",
    default: false,
    help: "Has the authority take a new key for the account of --acme-email, at the start, and the one before no more; certificates stay",
    commands: ["start", "control"],
  },
  acmeChallenge: {
    part: "api",
    default: "any",
    help: "How the authority sees that a name leads here: http-01 on port 80, tls-alpn-01 on port 443, or any, where one that fails gives way to the other",
    pattern: /^(any|http-01|tls-alpn-01)$/,
    expects: "any, http-01 or tls-alpn-01",
    commands: ["start", "control"],
  },
  edgeHost: {
    part: "edge",
    default: "127.0.0.1",
    help: "Address the edge listens on; :: is all, of IPv4 too",
    commands: ["start", "edge"],
  },
  proxyProtocolFrom: {
    part: "edge",
    default: "",
    help: "Addresses and networks of load balancers that begin each connection with a PROXY header, version 1 or 2, and must: the viewer is whom it names. Given several times, or with commas between, like 10.0.0.0/8,2001:db8::/32",
    pattern: /^$|^[^,]+(,[^,]+)*$/,
    expects: "an address or a network, or several with commas between",
    repeats: true,
    commands: ["start", "edge"],
  },
  neverDelay: {
    part: "edge",
    default: "127.0.0.1,::1",
    help: "Addresses and networks whose TLS handshakes never wait, whatever connections from there did: load balancers without a PROXY header, and this machine, which is all by default. Given several times, or with commas between; 0.0.0.0/0,::/0 is everybody, and nothing is nobody",
    pattern: /^$|^[^,]+(,[^,]+)*$/,
    expects: "an address or a network, or several with commas between",
    repeats: true,
    commands: ["start", "edge"],
  },
  adminPort: {
    part: "edge",
    default: "",
    help: "TCP port of health and metrics alone, which asks for no key, for load balancers and Prometheus; 0 takes a free one (default: none)",
    pattern: /^$|^\d{1,5}$/,
    expects: "a port, or 0",
    commands: ["start", "edge"],
  },
  adminHost: {
    part: "edge",
    default: "127.0.0.1",
    help: "Address that the admin port listens on",
    commands: ["start", "edge"],
  },
  data: { part: "node", default: ".footlight", help: "Folder for everything the node keeps" },
  log: {
    part: "log",
    default: "",
    help: "Change log: sqlite:FILE, memory:, or nats://[USER:PASSWORD@]HOST[,HOST] for several nodes (default: sqlite:changes.db in the data folder)",
    pattern: /^$|^sqlite:.+$|^memory:$|^nats:\/\/.+$/,
    expects: "sqlite:FILE, nats://HOST or memory:",
  },
  logPrefix: {
    part: "log",
    default: "footlight",
    help: "What the subjects and streams of a change log in NATS begin with; each account on a server has its own",
    pattern: /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/,
    expects: 'letters, digits and "-", with "." in between',
  },
  logReplicas: {
    part: "log",
    default: 1,
    help: "How many NATS servers keep each entry, where a control node makes the log; 3 survive the loss of one",
    range: [1, 5],
  },
  logWait: {
    part: "log",
    default: 30,
    help: "Seconds that a node without a copy of the log yet waits for one in NATS whose servers are starting, or that no control node has made; 0 gives up at once",
    range: [0, 86_400],
    commands: ["start", "control", "edge"],
  },
  logCredentials: {
    part: "log",
    default: "",
    help: "File of a NATS user: credentials as nsc writes them, or an NKey's seed",
  },
  logCa: {
    part: "log",
    default: "",
    help: "File of the authority that signed the NATS servers' certificates, in PEM; connections are by TLS then",
  },
  logCertificate: {
    part: "log",
    default: "",
    help: "File of this node's own certificate for NATS, in PEM, where the servers ask for one",
  },
  logKey: { part: "log", default: "", help: "File of the key of --log-certificate, in PEM" },
  edgeGroup: {
    part: "node",
    default: "default",
    help: "Group of edges that this one belongs to, like a region or a site: they report together, and are held together (footlight nodes)",
    pattern: /^[a-z0-9-]{1,32}$/,
    expects: 'up to 32 lower-case letters, digits and "-"',
    commands: ["start", "edge"],
  },
  nodeName: {
    part: "node",
    default: "",
    help: "What footlight nodes calls this node (default: the machine's host name)",
    pattern: /^[A-Za-z0-9._-]{0,64}$/,
    expects: 'up to 64 letters, digits, ".", "_" and "-"',
  },
  goneAfter: {
    part: "node",
    default: 30,
    help: "Seconds without an answer after which an edge is gone: Deployed and Completed don't wait for it then",
    range: [1, 86_400],
    commands: ["start", "control"],
  },
  historyDays: {
    part: "log",
    default: 90,
    help: "Days that a change is kept in the log, and in the audit; older ones are dropped",
    range: [1, 36_500],
    commands: ["start", "control"],
  },
  keptCopies: {
    part: "log",
    default: 10,
    help: "How many published versions of each function are kept, to see and to go back to, however old they are",
    range: [1, 1000],
    commands: ["start", "control"],
  },
  workers: {
    part: "edge",
    default: availableParallelism(),
    help: "Edge worker processes (default: one a core); with several on Linux, set sysctl net.ipv4.tcp_migrate_req=1, so that connections which wait at one that ends go to another",
    range: [1, 256],
    commands: ["start", "edge"],
  },
  functionIsolates: {
    part: "edge",
    default: 100,
    help: "Isolates of functions that a worker keeps at once, some 5 MB each; those used longest ago and newcomers make room",
    range: [1, 10_000],
    commands: ["start", "edge"],
  },
  versionCookies: {
    part: "edge",
    default: "off",
    help: "Whether viewers get a cookie that keeps them with their version of a function while it is published in waves, wherever they come from; off goes by their address alone",
    pattern: /^(on|off)$/,
    expects: "on or off",
    commands: ["start", "edge"],
  },
  remember: {
    part: "edge",
    default: "on",
    help: "Whether a worker keeps what functions answered, and gives it again for requests that they can't tell apart: on or off",
    pattern: /^(on|off)$/,
    expects: "on or off",
    commands: ["start", "edge"],
  },
  cache: {
    part: "edge",
    default: "on",
    help: "Whether the edge keeps what origins answer, by the rules of each cache behavior: on or off",
    pattern: /^(on|off)$/,
    expects: "on or off",
    commands: ["start", "edge"],
  },
  traces: {
    part: "edge",
    default: "",
    help: "Whether the way of each request is kept for `footlight explain`: on or off (default: on where --edge-host is a loopback address)",
    pattern: /^(on|off|)$/,
    expects: "on or off",
    commands: ["start"],
  },
  record: {
    part: "edge",
    default: "sample",
    help: "Which runs of functions are kept in memory for `footlight rehearse`, without secrets: off, sample (one visit of two hundred, and two a second beside, for each worker) or on",
    pattern: /^(off|sample|on)$/,
    expects: "off, sample or on",
    commands: ["start"],
  },
  recordMemory: {
    part: "edge",
    default: 16,
    help: "Megabytes of memory in which each worker keeps recorded runs; the oldest make room",
    range: [1, 4096],
    commands: ["start"],
  },
  recordHidden: {
    part: "edge",
    default: "",
    help: "Fields that recorded runs have as a hash only, beside cookies, Authorization and what is named like a secret; like: header x-user, query email",
    pattern: /^\s*(?:(?:header|cookie|query) [^\s,]+\s*(?:,\s*|$))*$/i,
    expects: "header, cookie or query and a name, or several with commas between",
    commands: ["start"],
  },
  recordSealed: {
    part: "edge",
    default: "",
    help: "Fields that recorded runs have sealed by AES-GCM instead, so that rehearsals by who may open them are exact; like: cookie session, header authorization",
    pattern: /^\s*(?:(?:header|cookie|query) [^\s,]+\s*(?:,\s*|$))*$/i,
    expects: "header, cookie or query and a name, or several with commas between",
    commands: ["start"],
  },
  recordSealedHours: {
    part: "edge",
    default: 24,
    help: "For how many hours runs with sealed fields are kept, and can be opened",
    range: [1, 720],
    commands: ["start"],
  },
  cacheSize: {
    part: "edge",
    default: 1024,
    help: "Megabytes of the data folder's disk that the cache may take, for all workers together",
    range: [16, 1_048_576],
    commands: ["start", "edge"],
  },
  cacheMemory: {
    part: "edge",
    default: 64,
    help: "Megabytes of memory in which each worker keeps what is asked for most",
    range: [1, 65_536],
    commands: ["start", "edge"],
  },
  httpCaching: {
    part: "edge",
    default: "cloudfront",
    help: "Whose rules of caching count where they differ: cloudfront, or strict for RFC 9111's",
    pattern: /^(cloudfront|strict)$/,
    expects: "cloudfront or strict",
    commands: ["start", "edge"],
  },
  originSources: {
    part: "edge",
    default: "",
    help: "What stands for origins: DOMAIN=FOLDER_OR_URL, where DOMAIN is an origin's DomainName; given several times, or with commas between",
    pattern: originSourcesPattern,
    expects: "DOMAIN=FOLDER_OR_URL, or several with commas between",
    repeats: true,
    commands: ["start", "edge"],
  },
  originCredentials: {
    part: "edge",
    default: "",
    help: "File with what requests to origins with an origin access control are signed with, in the form of ~/.aws/credentials; a profile is named like an origin's domain name or the access control, else AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY count, else its profile default",
    commands: ["start", "edge"],
  },
  geoDatabase: {
    part: "edge",
    default: "",
    help: "MaxMind database file that tells where viewers are, read again when it changes; given several times, or with commas between, such as a City and an ASN one",
    repeats: true,
    pattern: /^$|^[^,]+(,[^,]+)*$/,
    expects: "a file, or several with commas between",
    commands: ["start", "edge"],
  },
  mockViewer: {
    part: "edge",
    default: "",
    help: "File with rules in JSON that say where viewers are, what device they have and how origins behave, in place of what is so; read again when it changes",
    commands: ["start", "edge"],
  },
  mockHeaders: {
    part: "edge",
    default: false,
    help: "Let requests say the same of themselves, in headers such as x-footlight-mock-country",
    commands: ["start", "edge"],
  },
  originCa: {
    part: "edge",
    default: "",
    help: "File with certificates, in PEM, that origins' certificates may come from beside the well-known ones; given several times, or with commas between",
    repeats: true,
    commands: ["start", "edge"],
  },
  refusePrivateOrigins: {
    part: "edge",
    default: false,
    help: "Ask no origin at a private, loopback, link-local or other address that is not public, by whatever name; what --origin-sources says may be anywhere",
    commands: ["start", "edge"],
  },
  trustedSignerKeys: {
    part: "edge",
    default: "",
    help: "Folder with public keys of trusted signers, which no API makes: ACCOUNT/KEY-PAIR-ID.pem, where ACCOUNT is self or 12 digits",
    commands: ["start", "edge"],
  },
  accessLog: {
    part: "edge",
    default: "",
    help: "Folder whose folders stand for the S3 buckets that distributions' standard logs go to; without it they go nowhere",
    commands: ["start", "edge"],
  },
  accessLogDeliveries: {
    part: "edge",
    default: "",
    help: "File with standard logs of version 2, which AWS sets up elsewhere: a JSON list of bucket, distributionId, outputFormat, recordFields, fieldDelimiter and suffixPath",
    commands: ["start", "edge"],
  },
  logStreams: {
    part: "edge",
    default: "",
    help: "What stands for the Kinesis streams of real-time logs: ARN=TARGET, where TARGET is a file, unix:PATH or tcp:HOST:PORT; given several times, or with commas between",
    pattern: logStreamsPattern,
    expects: "ARN=TARGET, or several with commas between",
    repeats: true,
    commands: ["start", "edge"],
  },
  logSecrets: {
    part: "edge",
    default: "masked",
    help: "Whether logs have signatures of URLs and cookies, and credentials in headers: masked, or as-sent as CloudFront's have",
    pattern: /^(masked|as-sent)$/,
    expects: "masked or as-sent",
    commands: ["start", "edge"],
  },
  slowLanes: {
    part: "edge",
    default: 2,
    help: "Processes that a worker starts for functions that were ended for taking too long, while there are any",
    range: [1, 64],
    commands: ["start", "edge"],
  },
  slowLaneQueue: {
    part: "edge",
    default: 64,
    help: "Requests of a worker that wait for such a process at once; any more get 503 FunctionThrottledError",
    range: [1, 10_000],
    commands: ["start", "edge"],
  },
  account: {
    part: "node",
    default: "000000000000",
    help: "AWS account id that ARNs name",
    pattern: /^\d{12}$/,
    expects: "12 digits",
  },
  domainSuffix: {
    part: "node",
    default: "cloudfront.localhost",
    help: "What distribution domain names end in",
    pattern: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    expects: "a lower-case domain name",
  },
  pop: {
    part: "node",
    default: "LCL50-P1",
    help: "Edge location that X-Amz-Cf-Pop names, and cf.edgeLocation with its first three letters",
    pattern: edgeLocationName,
    expects: "a form like FRA56-P4",
  },
  metrics: {
    part: "node",
    default: "on",
    help: "Whether requests and functions are counted, for GET /footlight/v1/metrics: on or off",
    pattern: /^(on|off)$/,
    expects: "on or off",
  },
  drainWait: {
    part: "node",
    default: 0,
    help: "Seconds that a node which is told to stop serves on as before, while its health says 503, so that load balancers send nobody any more; then it drains",
    range: [0, 3600],
  },
  drainMs: {
    part: "node",
    default: 10_000,
    help: "Longest wait for running requests when the node stops",
    range: [0, 3_600_000],
  },
  logLevel: {
    part: "node",
    default: "warn",
    help: "Least severe message the node logs to stderr: debug, info, warn, error or silent",
    pattern: /^(debug|info|warn|error|silent)$/,
    expects: "debug, info, warn, error or silent",
  },
  readyJson: {
    part: "node",
    default: false,
    help: "Print one line of JSON to stdout when the node is ready, and nothing else",
  },
  importSources: {
    part: "api",
    default: "",
    help: "Where the API finds S3 objects, which key value stores import and trust stores have their bundles in: BUCKET[/PREFIX]=FOLDER_OR_URL; given several times, or with commas between",
    pattern: importSourcesPattern,
    expects: "BUCKET[/PREFIX]=FOLDER_OR_URL, or several with commas between",
    repeats: true,
    commands: ["start", "control"],
  },
  quotas: {
    part: "api",
    default: "",
    help: "Quotas other than AWS's: a JSON object of docs/quotas.md's names, or a file that holds one",
    commands: ["start", "control"],
  },
  auth: {
    part: "api",
    default: "none",
    help: "Which requests the API takes: none asks for no signature, sigv4 for one of an access key",
    pattern: /^(none|sigv4)$/,
    expects: "none or sigv4",
    commands: ["start", "control"],
  },
  insecure: {
    part: "node",
    default: false,
    help: "Let the API listen beyond loopback without --auth, and the edge with --mock-headers",
  },
  secretKeyFile: {
    part: "api",
    default: "",
    help: "File with the key that encrypts access keys' secrets (default: secret.key in the data folder, made on first use); FOOTLIGHT_SECRET_KEY can hold the key instead",
    commands: ["start", "control"],
  },
  allowReset: {
    part: "api",
    default: false,
    help: "Allow POST /footlight/v1/reset, which empties the account; for test suites",
    commands: ["start", "control"],
  },
} satisfies Record<string, NodeOption>;

export type OptionName = keyof typeof options;

/** What any command that opens a node's change log takes. */
export const logOptionNames = [
  "log",
  "logPrefix",
  "logReplicas",
  "logCredentials",
  "logCa",
  "logCertificate",
  "logKey",
] as const satisfies readonly OptionName[];

/** What a node is started with; a settings file has been read by then. */
export type NodeOptions = Omit<ValuesOf<typeof options>, "settings">;

/** What a node is started with where nothing says otherwise. */
export const defaultOptions = Object.fromEntries(
  Object.entries(options).map(([name, option]) => [name, option.default]),
) as NodeOptions;

/** The options of parts, as one object. */
export type OptionsOf<Part extends NodePart> = {
  readonly [
    Name in keyof NodeOptions as (typeof options)[Name]["part"] extends Part ? Name : never
  ]: NodeOptions[Name];
};

export function optionsOf<Part extends NodePart>(
  values: NodeOptions,
  parts: readonly Part[],
): OptionsOf<Part> {
  const ofParts = Object.entries(values).filter(([name]) =>
    (parts as readonly NodePart[]).includes(options[name as OptionName].part),
  );
  return Object.fromEntries(ofParts) as OptionsOf<Part>;
}

/**
 * Reads the node options a command takes from its arguments and the environment; the others have
 * their defaults.
 *
 * @param args like `["--api-port", "0", "--ready-json"]`; `--name=value` works too
 * @throws OptionError, naming the option and the value
 */
export function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly OptionName[] = Object.keys(options) as OptionName[],
): NodeOptions {
  const table = pickOptions(names);
  const taken = readOptionTable(table, args, environment, (values) =>
    "settings" in values && values.settings !== ""
      ? readSettingsFile(values.settings, options)
      : {},
  );
  const defaults = Object.entries(options).map(([name, option]) => [name, option.default]);
  const { settings: _read, ...values } = { ...Object.fromEntries(defaults), ...taken };
  return values as NodeOptions;
}

export function pickOptions<Name extends OptionName>(
  names: readonly Name[],
): Pick<typeof options, Name> {
  const picked = names.map((name) => [name, options[name]]);
  return Object.fromEntries(picked) as Pick<typeof options, Name>;
}
