/**
 * The global names of each runtime; every other name of V8's is taken away.
 *
 * Source: CloudFront Developer Guide, "JavaScript runtime features", and njs's own globals.
 */
import type { RuntimeName } from "./runtime-name.ts";

const both = [
  "globalThis",
  "undefined",
  "NaN",
  "Infinity",
  "Object",
  "Function",
  "Array",
  "String",
  "Boolean",
  "Number",
  "Symbol",
  "Math",
  "JSON",
  "Date",
  "RegExp",
  "Promise",
  "Error",
  "EvalError",
  "InternalError",
  "MemoryError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "ArrayBuffer",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "TextEncoder",
  "TextDecoder",
  "decodeURI",
  "decodeURIComponent",
  "encodeURI",
  "encodeURIComponent",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt",
  "eval",
  "require",
  "console",
] as const;

const since20 = ["DataView", "AggregateError", "Buffer", "atob", "btoa"] as const;

export function globalNames(runtime: RuntimeName): readonly string[] {
  return runtime === "cloudfront-js-1.0" ? both : [...both, ...since20];
}
