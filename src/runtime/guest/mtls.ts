/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * cf.mtls: new names and forms for the client certificate's headers that the origin gets.
 *
 * Nothing changes here, as functions never see these headers: what was asked for is kept, and the
 * edge carries it out (edge/origin/certificate-headers.ts).
 *
 * Source: CloudFront Developer Guide, "Helper methods for mTLS".
 */
import type { GuestKit } from "./kit.ts";

/** One header that the origin gets in the place of those that are named. */
export interface CertificateHeader {
  /** In lower case; several are joined to one. */
  readonly from: readonly string[];
  readonly to: string;
  /** What encloses each certificate, and what comes after it. */
  readonly form?: readonly [
    header: string,
    footer: string,
    endMarker: string,
    keepsNewlines?: boolean,
  ];
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestMtls(kit: GuestKit) {
  "use strict";
  const { meter, TypeError, quote, keys, isArray, toLowerCase } = kit;
  const passedThrough = ["client-cert", "client-cert-chain"];
  const sources = [
    "cloudfront-viewer-cert-pem",
    "cloudfront-viewer-cert-serial-number",
    "cloudfront-viewer-cert-issuer",
    "cloudfront-viewer-cert-subject",
    "cloudfront-viewer-cert-validity",
    "cloudfront-viewer-cert-present",
    "cloudfront-viewer-cert-sha256",
    "client-cert",
    "client-cert-chain",
  ];
  const pemSources = ["cloudfront-viewer-cert-pem", "client-cert", "client-cert-chain"];

  let asked = "";
  let isRequest = true;

  const begin = (method: string): void => {
    meter.spend(4000);
    if (!isRequest) throw new TypeError(`${method} is for viewer-request functions`);
  };
  const requireObject = (value: unknown, what: string): Record<string, unknown> => {
    if (typeof value === "object" && value !== null && !isArray(value)) {
      return value as Record<string, unknown>;
    }
    throw new TypeError(`${what} must be an object`);
  };
  const requireText = (value: unknown, what: string): string => {
    if (typeof value !== "string") throw new TypeError(`${what} must be a string`);
    meter.allocate(value.length);
    return value;
  };
  const requireName = (value: unknown, what: string): string => {
    const name = requireText(value, what);
    if (name === "") throw new TypeError(`${what} must not be empty`);
    return name;
  };
  const sourceOf = (name: string, known: string[], method: string): string => {
    const source = name.length > 64 ? name : toLowerCase(name);
    for (let i = 0; i < known.length; i += 1) if (known[i] === source) return source;
    throw new TypeError(`${method}: "${name}" is no client certificate header that it takes`);
  };
  const remember = (from: string[], to: string, form: string): void => {
    let names = "";
    for (let i = 0; i < from.length; i += 1) names += `${i === 0 ? "" : ","}"${from[i] as string}"`;
    const text = `{"from":[${names}],"to":${quote(to)}${form}}`;
    meter.allocate(text.length);
    asked += asked === "" ? text : `,${text}`;
  };

  const formOf = (given: unknown, method: string): string => {
    if (given === undefined) return "";
    const format = requireObject(given, `${method}: pemCertFormatInfo`);
    const part = (name: string): string => {
      const value = format[name];
      return value === undefined ? "" : requireText(value, `${method}: pemCertFormatInfo.${name}`);
    };
    const keep = format["keepNewlinesInCertData"];
    if (keep !== undefined && typeof keep !== "boolean") {
      throw new TypeError(`${method}: pemCertFormatInfo.keepNewlinesInCertData must be a boolean`);
    }
    const texts = `${quote(part("certHeader"))},${quote(part("certFooter"))},${quote(part("certEndMarker"))}`;
    return `,"form":[${texts}${keep === undefined ? "" : keep ? ",true" : ",false"}]`;
  };

  return {
    module: {
      renameClientCertHeaders: function renameClientCertHeaders(given?: unknown): void {
        const method = "mtls.renameClientCertHeaders";
        begin(method);
        const map = requireObject(given, `${method}: its argument`);
        const names = keys(map);
        for (let i = 0; i < names.length; i += 1) {
          const name = names[i] as string;
          const source = sourceOf(name, sources, method);
          remember([source], requireName(map[name], `${method}: the new name of ${name}`), "");
        }
      },
      renamePemHeaders: function renamePemHeaders(given?: unknown): void {
        const method = "mtls.renamePemHeaders";
        begin(method);
        const map = requireObject(given, `${method}: its argument`);
        const names = keys(map);
        for (let i = 0; i < names.length; i += 1) {
          const name = names[i] as string;
          const source = sourceOf(name, pemSources, method);
          const change = requireObject(map[name], `${method}: the value of ${name}`);
          const to = requireName(change["newHeaderName"], `${method}: newHeaderName of ${name}`);
          remember([source], to, formOf(change["pemCertFormatInfo"], method));
        }
      },
      combinePemHeaders: function combinePemHeaders(given?: unknown): void {
        const method = "mtls.combinePemHeaders";
        begin(method);
        const change = requireObject(given, `${method}: its argument`);
        const to = requireName(change["newHeaderName"], `${method}: newHeaderName`);
        remember(passedThrough, to, formOf(change["pemCertFormatInfo"], method));
      },
    },
    reset(): void {
      asked = "";
    },
    begin(forRequest: boolean): void {
      isRequest = forRequest;
    },
    /** What was asked for, as the items of a JSON array. */
    take: (): string => asked,
  };
}

export type GuestMtls = ReturnType<typeof guestMtls>;
