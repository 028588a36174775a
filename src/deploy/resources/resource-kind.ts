/** What deploying has to know of a type of resource, like AWS::CloudFront::CachePolicy. */
import type { Api, Members } from "../api/api.ts";
import type { Conversion } from "../shapes/convert-properties.ts";
import type { TemplateAsset } from "../template/template.ts";
import type { MapValue } from "../template/value.ts";

export interface ResourceKind {
  /** Like AWS::CloudFront::CachePolicy. */
  readonly type: string;
  /** What Fn::GetAtt can ask for. */
  readonly attributeNames: readonly string[];
  /** The property that is a function's code; undefined where it is none. */
  readonly codeProperty?: string;
  /**
   * @returns what the account is asked for: the input of the operation that creates one
   * @throws TemplateError
   */
  readonly convert: (properties: MapValue, conversion: Conversion, reading: CodeReading) => Members;
  /** @returns what can't be changed: where it is another, the resource is another one too */
  readonly identity: (asked: Members) => unknown;
  /** @returns a hash of what is asked for beside the properties, in files; undefined where there are none */
  readonly fileHash?: (asked: Members, assets: AssetFiles) => string | undefined;
  /** @returns what who deploys it should know of what is not done; undefined where there is nothing */
  readonly caveat?: (asked: Members, assets: AssetFiles) => string | undefined;
  /** @returns undefined, when there is no such resource */
  readonly read: (id: string, api: Api) => Promise<Found | undefined>;
  /** @returns what operations name it by */
  readonly create: (asked: Members, making: Making) => Promise<string>;
  readonly update: (id: string, asked: Members, found: Found, making: Making) => Promise<void>;
  readonly delete: (id: string, found: Found, making: Making) => Promise<void>;
  /** @returns what {@link find} finds it by; empty where it is by the reference alone */
  readonly nameOf: (asked: Members) => string;
  /** @returns what a creation has made that was broken off before it could be recorded */
  readonly find: (name: string, making: Making) => Promise<string | undefined>;
}

export interface FunctionCode {
  readonly code: string;
  /** What who deploys it should know of it, as a clause. */
  readonly remark?: string;
}

/** Reads the code of functions. */
export interface CodeReader {
  /**
   * @param text of a template: the code itself, or the name of a file with it
   * @throws Error, with each place that CloudFront's runtime would refuse
   */
  readonly codeOf: (text: string, runtime: string) => FunctionCode;
  /**
   * @param file as the template's metadata names it
   * @throws Error, as codeOf() does
   */
  readonly codeIn: (file: string, runtime: string) => FunctionCode;
}

export interface CodeReading extends CodeReader {
  /** What the metadata has stand for the code; undefined where the property is the code. */
  readonly file: TemplateAsset | undefined;
  /** Told what who deploys a resource should know of it. */
  readonly remark: (text: string) => void;
}

/** What the account has of a resource. */
export interface Found {
  /** Undefined where the kind has none. */
  readonly etag: string | undefined;
  /** In the form of what is asked for, as far as it can be read. */
  readonly config: Members;
  /** The same as the API answers it, where `config` leaves out what others have put into it. */
  readonly answered?: Members;
  /** What Ref and Fn::GetAtt answer, `Ref` among them. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Making {
  readonly api: Api;
  /** What marks a creation as this one, so that it is found again when it was broken off. */
  readonly reference: string;
  readonly assets: AssetFiles;
  /** Called by a creation as soon as there is something, though it may not be done. */
  readonly onCreated: (id: string) => void;
  readonly pause: (ms: number) => Promise<void>;
}

/** The files that a template's assets were made of. */
export interface AssetFiles {
  /**
   * @param arn of an object in S3
   * @returns the path of the file that it would have been uploaded from; undefined where there is none
   */
  readonly fileOf: (arn: string) => string | undefined;
}
