/**
 * What `footlight.json` may say, as a JSON schema: the file is checked by it, editors complete by it, and docs/footlight.schema.json is
 * a copy of it.
 */

/** The part of JSON Schema that the file's own is written in. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: "object" | "array" | "string";
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** `false` lets no other members be; a schema is for each of them. */
  readonly additionalProperties?: Schema | false;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  /** One of which it must be, told apart by their types. */
  readonly anyOf?: readonly Schema[];
}

const name: Schema = { pattern: "^[a-zA-Z0-9-_]{1,64}$" };
const functionName = 'The name of a function, of "functions" or of a file without its ending';

const behavior: Schema = {
  type: "object",
  properties: {
    path: {
      type: "string",
      description:
        'CloudFront\'s path pattern, like "/api/*" or "*.png"; "*" is the default cache behavior, for all that no other takes. In the order in which they are tried',
    },
    origin: {
      type: "string",
      description: 'The name of one of "origins"; the first of them unless given',
    },
    viewerRequest: { type: "string", description: functionName },
    viewerResponse: { type: "string", description: functionName },
    cachePolicy: {
      type: "string",
      description:
        "The name of a managed cache policy, like CachingOptimized, or a policy's id; CachingDisabled unless given, so that an origin under development shows at once",
    },
    originRequestPolicy: {
      type: "string",
      description:
        "The name of a managed origin request policy, or a policy's id; AllViewerExceptHostHeader unless given",
    },
    responseHeadersPolicy: {
      type: "string",
      description:
        "The name of a managed response headers policy, like SecurityHeadersPolicy, or a policy's id",
    },
    settings: {
      type: "object",
      description:
        "Any other members of a cache behavior, as CreateDistribution takes them; they count before what is said above",
    },
  },
  required: ["path"],
  additionalProperties: false,
};

export const siteSchema: Schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "footlight.json",
  description:
    "A site for footlight dev: what it is made of, and where it is. Paths are relative to this file",
  type: "object",
  properties: {
    $schema: { type: "string", description: "Where this schema is, for editors" },
    origins: {
      type: "object",
      description:
        'Where pages come from, by name: a folder, a URL, or "echo" for an origin that shows what it was asked. An echo unless given',
      propertyNames: name,
      additionalProperties: { type: "string" },
    },
    behaviors: {
      type: "array",
      description:
        "Which path has which origin and functions. All paths have the first origin, and no function, unless given",
      items: behavior,
    },
    functions: {
      type: "object",
      description:
        "Functions that have another name than their file, another runtime than cloudfront-js-2.0, or a key value store",
      propertyNames: name,
      additionalProperties: {
        anyOf: [
          { type: "string", description: "The function's file" },
          {
            type: "object",
            properties: {
              file: { type: "string", description: "JavaScript, or TypeScript" },
              runtime: { type: "string", enum: ["cloudfront-js-1.0", "cloudfront-js-2.0"] },
              keyValueStore: { type: "string", description: 'The name of one of "keyValueStores"' },
            },
            required: ["file"],
            additionalProperties: false,
          },
        ],
      },
    },
    keyValueStores: {
      type: "object",
      description:
        'Key value stores, by name: a file as CreateKeyValueStore imports it, {"data": [{"key": "…", "value": "…"}]}, or the pairs themselves',
      propertyNames: name,
      additionalProperties: {
        anyOf: [{ type: "string" }, { type: "object", additionalProperties: { type: "string" } }],
      },
    },
    distribution: {
      type: "object",
      description:
        "Any other members of a distribution's configuration, as CreateDistribution takes them, like DefaultRootObject",
    },
  },
  additionalProperties: false,
};
