/**
 * Templates as people have them, what viewers get of each, what changes, and what they get then. Those of cdk/ are as CDK
 * synthesizes them; the others are what teams write by hand. Each says which public project has one like it; no line is taken from there.
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
  /** Where such a template is found: a public project whose shape is restated here, in other words and names. */
  readonly from: string;
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
    from: "aws/aws-cdk: a bucket with an access control, what is deployed into it, and a function for clean URLs",
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
    from: "aws-samples/amazon-cloudfront-functions, kvs-key-value-pairs: redirects in a store that an asset fills",
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
    from: "awslabs/aws-solutions-constructs: a single-page app and its API in one distribution",
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
    from: "aws/aws-cdk: CloudFrontWebDistribution, with an access identity and CloudFront's older settings",
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
    from: "aws/aws-cdk, integ.distribution-key-group: signed URLs by a group of keys",
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
    from: "aws/aws-cdk, integ.origin-group: a second origin where the first fails",
    asks: [{ of: cdkCdn, request: "GET /a", status: 200, body: "GET /fallback/a" }],
    change: { texts: [{ from: '"/fallback"', to: '"/second"' }] },
    does: ["updated Cdn9963B1AD"],
    afterwards: [{ of: cdkCdn, request: "GET /b", status: 200, body: "GET /second/b" }],
  },
  {
    ...{ file: "cdk/Website.template.json", stack: "Website" },
    from: "widdix/aws-cf-templates: a website endpoint of S3 under a name with a certificate",
    asks: [{ host: "www.example.com", request: "GET /page", status: 200, body: "GET /page" }],
    change: { texts: [{ from: "PriceClass_100", to: "PriceClass_200" }] },
    does: ["updated Cdn9963B1AD"],
    afterwards: [{ host: "www.example.com", request: "GET /more", status: 200, body: "GET /more" }],
  },
  {
    ...{ file: "www-redirect.yaml", stack: "bare" },
    from: "sst/sst, website-redirect: the bare domain leads to www",
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
    from: "preview sites behind a password, as in sst/sst",
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
    from: "serverless/examples: one template for several stages, by mappings and conditions",
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
    from: "a switch for maintenance, by a parameter",
    asks: [{ of: cdn, request: "GET /a", status: 200, body: "GET /a" }],
    change: { parameter: "Maintenance=on" },
    does: ["updated Cdn"],
    afterwards: [{ of: cdn, request: "GET /b", status: 503, body: "Back soon" }],
  },
  {
    ...{ file: "cors.yaml", stack: "cors" },
    from: "aws-samples/amazon-cloudfront-functions, add-cors-header",
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
    from: "AWS's developer guide: continuous deployment with a staging distribution",
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
    from: "aws/aws-cdk, integ.mt-distribution: one distribution for many tenants",
    asks: [{ host: "acme.customers.test", request: "GET /a", status: 200, body: "GET /acme/a" }],
    change: { texts: [{ from: "Value: acme }", to: "Value: other }" }] },
    does: ["updated Acme"],
    afterwards: [
      { host: "acme.customers.test", request: "GET /b", status: 200, body: "GET /other/b" },
    ],
  },
  {
    ...{ file: "logged.yaml", stack: "logged" },
    from: "awslabs/aws-cloudfront-extensions: real-time logs and metrics",
    value:
      "Role.Arn=arn:aws:iam::000000000000:role/logs,Stream.Arn=arn:aws:kinesis:us-east-1:000000000000:stream/logs",
    asks: [{ of: cdn, request: "GET /a", status: 200, body: "GET /a" }],
    change: { texts: [{ from: '"100"', to: '"50"' }] },
    does: ["updated Log"],
    afterwards: [{ of: cdn, request: "GET /b", status: 200, body: "GET /b" }],
  },
  {
    ...{ file: "balancer.yaml", stack: "internal" },
    from: "aws/aws-cdk, integ.cloudfront-vpc-origin: a load balancer that the internet does not reach",
    value:
      "Balancer=arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/lb/1,Balancer.DNSName=origin.test",
    asks: [{ of: cdn, request: "POST /a", status: 200, body: "POST /a" }],
    change: { texts: [{ from: "Value: balancer", to: "Value: lb" }] },
    does: ["updated Private"],
    afterwards: [{ of: cdn, request: "PUT /b", status: 200, body: "PUT /b" }],
  },
  {
    ...{ file: "experiment.yaml", stack: "experiment" },
    from: "AWS's developer guide: variants by cookie",
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
    from: "aws-samples/image-optimization: sizes of images by a function",
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
    from: "widdix/aws-cf-templates: a stack that exports what others share",
    asks: [],
    change: { texts: [{ from: "index pages", to: "pages of folders" }] },
    does: ["updated Index"],
    afterwards: [],
  },
  {
    ...{ file: "importing.yaml", stack: "importing" },
    from: "widdix/aws-cf-templates: a stack that imports from another",
    asks: [{ of: cdn, request: "GET /dir/", status: 200, body: "GET /dir/index.html" }],
    change: { texts: [{ from: "Enabled: true", to: "Enabled: true\n        Comment: imports" }] },
    does: ["updated Cdn"],
    afterwards: [{ of: cdn, request: "GET /other/", status: 200, body: "GET /other/index.html" }],
  },
  {
    ...{ file: "country.yaml", stack: "country" },
    from: "aws-samples/amazon-cloudfront-functions, redirect-based-on-country",
    asks: [{ of: cdn, request: "GET /", status: 302, answer: { location: "/en/" } }],
    change: { texts: [{ from: "'de' : 'en'", to: "'de' : 'fr'" }] },
    does: ["updated Country"],
    afterwards: [{ of: cdn, request: "GET /", status: 302, answer: { location: "/fr/" } }],
  },
  {
    ...{ file: "function-url.yaml", stack: "greeter" },
    from: "aws-samples/serverless-patterns, cloudfront-lambdafunctionurl-oac-sam: SAM, and a Lambda function's URL with an access control",
    asks: [{ of: cdn, request: "GET /hello", status: 200, body: "GET /hello" }],
    change: { texts: [{ from: "Comment: greets", to: "Comment: greets all" }] },
    does: ["updated Cdn"],
    afterwards: [{ of: cdn, request: "POST /bye", status: 200, body: "POST /bye" }],
  },
  {
    ...{ file: "api-failover.yaml", stack: "regions" },
    from: "aws-samples/serverless-patterns, cloudfront-failover-apigw-http-api-lambda-rust: APIs of two regions",
    asks: [{ of: cdn, request: "GET /a", status: 200, body: "GET /second/a" }],
    change: { parameter: "First=origin.test" },
    does: ["updated Cdn"],
    afterwards: [{ of: cdn, request: "GET /b", status: 200, body: "GET /b" }],
  },
  {
    ...{ file: "optional-parts.yaml", stack: "optional" },
    from: "widdix/aws-cf-templates, static-website: most parts by conditions, lists with what may be absent, and imports with values given",
    value: "zone-Name=parts.test,log-DomainName=logs.s3.amazonaws.com",
    asks: [{ host: "www.parts.test", request: "GET /", status: 200, body: "GET /index.html" }],
    change: {
      parameter:
        "ErrorPage=/gone.html,ErrorStatus=200,LogStack=log,OnRequest=arn:aws:lambda:us-east-1:000000000000:function:f:1",
    },
    does: ["updated Cdn"],
    afterwards: [{ host: "www.parts.test", request: "GET /a", status: 200, body: "GET /a" }],
  },
  {
    ...{ file: "one-server.yaml", stack: "editor" },
    from: "aws-cloudformation/aws-cloudformation-templates, Gitea and VSCode: a machine's own name and port, and a policy named after the stack's id",
    asks: [
      { of: cdn, request: "GET /", status: 200, body: "GET /" },
      { of: cdn, request: "PUT /proxy/8000", status: 200, body: "PUT /proxy/8000" },
    ],
    change: { texts: [{ from: "QueryStringBehavior: all", to: "QueryStringBehavior: none" }] },
    does: ["updated Policy"],
    afterwards: [{ of: cdn, request: "POST /later", status: 200, body: "POST /later" }],
  },
  {
    ...{ file: "hosting-store.yaml", stack: "hosting" },
    from: "awslabs/cloudfront-hosting-toolkit: the release to serve in a store, whose id is put into the function's code",
    asks: [{ of: cdn, request: "GET /docs/", status: 200, body: "GET /first/docs/index.html" }],
    change: { texts: [{ from: "release = 'first'", to: "release = 'second'" }] },
    does: ["updated Release"],
    afterwards: [{ of: cdn, request: "GET /a.css", status: 200, body: "GET /second/a.css" }],
  },
  {
    ...{ file: "server-rendered.yaml", stack: "pages" },
    from: "jetbridge/cdk-nextjs and sst/sst, SsrSite (Next.js, Remix, Astro): pages from a function's URL, files from a bucket",
    asks: [
      { of: cdn, request: "GET /page", status: 200, body: "GET /page from d" },
      {
        of: cdn,
        request: "GET /_next/static/a.js",
        status: 200,
        body: "GET /_assets/_next/static/a.js",
      },
    ],
    change: { texts: [{ from: "slice(0, 1)", to: "slice(0, 0) + 'x'" }] },
    does: ["updated Host"],
    afterwards: [{ of: cdn, request: "GET /more", status: 200, body: "GET /more from x" }],
  },
  {
    ...{ file: "image-fallback.yaml", stack: "pictures" },
    from: "aws-samples/image-optimization: a bucket, and the function's URL that makes what it lacks",
    asks: [
      {
        ...{ of: cdn, request: "GET /cat.jpg?x=1", status: 200 },
        body: "GET /cat.jpg/format=jpeg,quality=80",
        answer: { "x-made": "v1.0" },
      },
    ],
    change: { parameter: "Quality=60" },
    does: ["updated Size"],
    afterwards: [
      {
        ...{ of: cdn, request: "GET /cat.jpg", headers: { accept: "image/webp" }, status: 200 },
        body: "GET /cat.jpg/format=webp,quality=60",
      },
    ],
  },
  {
    ...{ file: "gateway-stage.json", stack: "gateway" },
    from: "awslabs/aws-solutions-constructs, aws-cloudfront-apigateway-lambda: a REST API's stage, its name taken out of its URL, and headers by a function",
    asks: [
      {
        ...{ of: cdn, request: "GET /items", status: 200, body: "GET /prod/items" },
        answer: { "x-frame-options": "DENY" },
      },
    ],
    change: { texts: [{ from: "'DENY'", to: "'SAMEORIGIN'" }] },
    does: ["updated Secure"],
    afterwards: [
      { of: cdn, request: "GET /items", status: 200, answer: { "x-frame-options": "SAMEORIGIN" } },
    ],
  },
  {
    ...{ file: "signed-in.yaml", stack: "members" },
    from: "aws-samples/cloudfront-authorization-at-edge: functions of Lambda@Edge, which are associated, and not run here",
    asks: [
      { of: cdn, request: "GET /a", status: 200, body: "GET /a" },
      { of: cdn, request: "GET /_auth/parse", status: 200, body: "GET /nobody/_auth/parse" },
    ],
    change: { parameter: "AuthPath=/sign-in" },
    does: ["updated Cdn"],
    afterwards: [
      { of: cdn, request: "GET /sign-in/parse", status: 200, body: "GET /nobody/sign-in/parse" },
    ],
  },
];
