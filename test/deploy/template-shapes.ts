/**
 * Templates as people have them, what viewers get of each, what changes, and what they get then. Those of cdk/ are as CDK
 * synthesizes them; the others are what teams write by hand.
 */
export interface Ask {
  /** Like `GET /docs`. */
  readonly request: string;
  /** A name of its own; the distribution's domain name otherwise. */
  readonly host?: string;
  /** The template's name for the distribution. */
  readonly of?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** What the body must hold. */
  readonly body?: string;
  /** By name; null for one that must not be there. */
  readonly answer?: Readonly<Record<string, string | null>>;
}

export interface TemplateShape {
  readonly file: string;
  readonly stack: string;
  readonly value?: string;
  readonly asks: readonly Ask[];
  /** What is changed: texts of files, or parameters. */
  readonly change: { readonly parameter?: string; readonly texts?: readonly TextChange[] };
  /** What the change does, like `updated Clean`. */
  readonly does: readonly string[];
  readonly afterwards: readonly Ask[];
}

export interface TextChange {
  /** The template itself where it is not said. */
  readonly file?: string;
  readonly from: string;
  readonly to: string;
}

const cdn = "Cdn";
const cdkCdn = "Cdn9963B1AD";
const basic = { authorization: "Basic dXNlcjpwYXNz" };

export const templateShapes: readonly TemplateShape[] = [
  {
    ...{ file: "cdk/CleanUrls.template.json", stack: "CleanUrls" },
    asks: [
      { of: cdkCdn, request: "GET /", status: 200, body: "<h1>site</h1>" },
      { of: cdkCdn, request: "GET /about", status: 200, body: "<h1>about</h1>" },
    ],
    change: { texts: [{ from: "'.html'", to: "'.txt'" }] },
    does: ["updated Clean5C95EE93"],
    afterwards: [{ of: cdkCdn, request: "GET /docs", status: 200, body: "docs" }],
  },
  {
    ...{ file: "cdk/Redirects.template.json", stack: "Redirects" },
    asks: [
      { of: cdkCdn, request: "GET /old", status: 301, answer: { location: "/new" } },
      { of: cdkCdn, request: "GET /other", status: 200, body: "GET /other" },
    ],
    change: {
      texts: [
        {
          file: "cdk/asset.redirects.json",
          from: '"data": [',
          to: '"data": [{ "key": "/more", "value": "/less" },',
        },
      ],
    },
    does: ["updated Store1D2A845B"],
    afterwards: [{ of: cdkCdn, request: "GET /more", status: 301, answer: { location: "/less" } }],
  },
  {
    ...{ file: "cdk/SpaApi.template.json", stack: "SpaApi" },
    asks: [
      {
        ...{ of: cdkCdn, request: "GET /some/page", status: 200, body: "<h1>site</h1>" },
        answer: { "x-frame-options": "DENY", "x-app": "spa" },
      },
      { of: cdkCdn, request: "POST /api/cart", status: 200, body: "POST /api/cart from edge" },
    ],
    change: { texts: [{ from: '"DENY"', to: '"SAMEORIGIN"' }] },
    does: ["updated HeadersECA0794E"],
    afterwards: [
      {
        ...{ of: cdkCdn, request: "GET /about.html", status: 200 },
        answer: { "x-frame-options": "SAMEORIGIN" },
      },
    ],
  },
  {
    ...{ file: "cdk/Legacy.template.json", stack: "Legacy" },
    asks: [
      { of: "CdnCFDistribution63617B8A", request: "GET /f?q=1", status: 200, body: "GET /f?q=1" },
    ],
    change: { texts: [{ from: "reads files", to: "reads the files" }] },
    does: ["updated Oai29B41E8C"],
    afterwards: [
      { of: "CdnCFDistribution63617B8A", request: "GET /g", status: 200, body: "GET /g" },
    ],
  },
  {
    ...{ file: "cdk/Keys.template.json", stack: "Keys" },
    asks: [
      { of: cdkCdn, request: "GET /", status: 403 },
      { of: cdkCdn, request: "GET /open/a", status: 200, body: "GET /open/a" },
    ],
    change: { texts: [{ from: "signers", to: "those who sign" }] },
    does: ["updated GroupC77FDACD"],
    afterwards: [{ of: cdkCdn, request: "GET /", status: 403 }],
  },
  {
    ...{ file: "cdk/Failover.template.json", stack: "Failover" },
    asks: [{ of: cdkCdn, request: "GET /a", status: 200, body: "GET /fallback/a" }],
    change: { texts: [{ from: '"/fallback"', to: '"/second"' }] },
    does: ["updated Cdn9963B1AD"],
    afterwards: [{ of: cdkCdn, request: "GET /b", status: 200, body: "GET /second/b" }],
  },
  {
    ...{ file: "cdk/Website.template.json", stack: "Website" },
    asks: [{ host: "www.example.com", request: "GET /page", status: 200, body: "GET /page" }],
    change: { texts: [{ from: "PriceClass_100", to: "PriceClass_200" }] },
    does: ["updated Cdn9963B1AD"],
    afterwards: [{ host: "www.example.com", request: "GET /more", status: 200, body: "GET /more" }],
  },
  {
    ...{ file: "www-redirect.yaml", stack: "bare" },
    asks: [
      {
        ...{ of: cdn, request: "GET /x", status: 301 },
        answer: { location: "https://www.example.com/x" },
      },
    ],
    change: { parameter: "Domain=example.org" },
    does: ["updated Redirect"],
    afterwards: [
      {
        ...{ of: cdn, request: "GET /x", status: 301 },
        answer: { location: "https://www.example.org/x" },
      },
    ],
  },
  {
    ...{ file: "basic-auth.yaml", stack: "private" },
    asks: [
      { of: cdn, request: "GET /", status: 401, answer: { "www-authenticate": "Basic" } },
      { of: cdn, request: "GET /", headers: basic, status: 200, body: "GET /" },
    ],
    change: { parameter: "Credentials=b3RoZXI6cGFzcw==" },
    does: ["updated Auth"],
    afterwards: [{ of: cdn, request: "GET /", headers: basic, status: 401 }],
  },
  {
    ...{ file: "stages.yaml", stack: "staged" },
    asks: [
      {
        ...{ of: cdn, request: "GET /p", status: 200, body: "GET /test/p" },
        answer: { "x-robots-tag": "noindex" },
      },
    ],
    change: { parameter: "Stage=prod" },
    does: ["updated Cache", "updated Cdn", "deleted Robots"],
    afterwards: [
      {
        ...{ of: cdn, request: "GET /q", status: 200, body: "GET /prod/q" },
        answer: { "x-robots-tag": null },
      },
    ],
  },
  {
    ...{ file: "maintenance.json", stack: "down" },
    asks: [{ of: cdn, request: "GET /a", status: 200, body: "GET /a" }],
    change: { parameter: "Maintenance=on" },
    does: ["updated Cdn"],
    afterwards: [{ of: cdn, request: "GET /b", status: 503, body: "Back soon" }],
  },
  {
    ...{ file: "cors.yaml", stack: "cors" },
    asks: [
      {
        ...{
          of: cdn,
          request: "GET /a",
          status: 200,
          headers: { origin: "https://app.example.com" },
        },
        answer: { "access-control-allow-origin": "https://app.example.com", "x-stamp": "GET" },
      },
    ],
    change: { texts: [{ from: "value: event.request.method", to: "value: 'other'" }] },
    does: ["updated Stamp"],
    afterwards: [{ of: cdn, request: "GET /a", status: 200, answer: { "x-stamp": "other" } }],
  },
  {
    ...{ file: "staging.yaml", stack: "canary" },
    asks: [
      { of: cdn, request: "GET /a", status: 200, body: "GET /now/a" },
      {
        ...{ of: cdn, request: "GET /b", headers: { "aws-cf-cd-staging": "true" }, status: 200 },
        body: "GET /next/b",
      },
    ],
    change: { parameter: "Greeting=later" },
    does: ["updated Staging"],
    afterwards: [
      {
        ...{ of: cdn, request: "GET /c", headers: { "aws-cf-cd-staging": "true" }, status: 200 },
        body: "GET /later/c",
      },
    ],
  },
  {
    ...{ file: "tenants.yaml", stack: "customers" },
    asks: [{ host: "acme.customers.test", request: "GET /a", status: 200, body: "GET /acme/a" }],
    change: { texts: [{ from: "Value: acme }", to: "Value: other }" }] },
    does: ["updated Acme"],
    afterwards: [
      { host: "acme.customers.test", request: "GET /b", status: 200, body: "GET /other/b" },
    ],
  },
  {
    ...{ file: "logged.yaml", stack: "logged" },
    value:
      "Role.Arn=arn:aws:iam::000000000000:role/logs,Stream.Arn=arn:aws:kinesis:us-east-1:000000000000:stream/logs",
    asks: [{ of: cdn, request: "GET /a", status: 200, body: "GET /a" }],
    change: { texts: [{ from: '"100"', to: '"50"' }] },
    does: ["updated Log"],
    afterwards: [{ of: cdn, request: "GET /b", status: 200, body: "GET /b" }],
  },
  {
    ...{ file: "balancer.yaml", stack: "internal" },
    value:
      "Balancer=arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/lb/1,Balancer.DNSName=origin.test",
    asks: [{ of: cdn, request: "POST /a", status: 200, body: "POST /a" }],
    change: { texts: [{ from: "Value: balancer", to: "Value: lb" }] },
    does: ["updated Private"],
    afterwards: [{ of: cdn, request: "PUT /b", status: 200, body: "PUT /b" }],
  },
  {
    ...{ file: "experiment.yaml", stack: "experiment" },
    asks: [
      { of: cdn, request: "GET /p", status: 200, body: "GET /a/p" },
      {
        of: cdn,
        request: "GET /p",
        headers: { cookie: "variant=b" },
        status: 200,
        body: "GET /b/p",
      },
    ],
    change: { texts: [{ from: "'b' : 'a'", to: "'b' : 'c'" }] },
    does: ["updated Choose"],
    afterwards: [{ of: cdn, request: "GET /p", status: 200, body: "GET /c/p" }],
  },
  {
    ...{ file: "images.yaml", stack: "images" },
    asks: [
      {
        ...{ of: cdn, request: "GET /images/cat.jpg?width=500", status: 200 },
        body: "GET /server/images/cat.jpg/w640",
      },
      { of: cdn, request: "GET /page", status: 200, body: "GET /page" },
    ],
    change: { texts: [{ from: ": 1280;", to: ": 1600;" }] },
    does: ["updated Sizes"],
    afterwards: [
      {
        ...{ of: cdn, request: "GET /images/cat.jpg?width=2000", status: 200 },
        body: "GET /server/images/cat.jpg/w1600",
      },
    ],
  },
  {
    ...{ file: "base.yaml", stack: "base" },
    asks: [],
    change: { texts: [{ from: "index pages", to: "pages of folders" }] },
    does: ["updated Index"],
    afterwards: [],
  },
  {
    ...{ file: "importing.yaml", stack: "importing" },
    asks: [{ of: cdn, request: "GET /dir/", status: 200, body: "GET /dir/index.html" }],
    change: { texts: [{ from: "Enabled: true", to: "Enabled: true\n        Comment: imports" }] },
    does: ["updated Cdn"],
    afterwards: [{ of: cdn, request: "GET /other/", status: 200, body: "GET /other/index.html" }],
  },
  {
    ...{ file: "country.yaml", stack: "country" },
    asks: [{ of: cdn, request: "GET /", status: 302, answer: { location: "/en/" } }],
    change: { texts: [{ from: "'de' : 'en'", to: "'de' : 'fr'" }] },
    does: ["updated Country"],
    afterwards: [{ of: cdn, request: "GET /", status: 302, answer: { location: "/fr/" } }],
  },
];
