/**
 * What each built-in has in each runtime; every other name of V8's is taken away.
 *
 * 2.0's lists are njs's own around 0.8 without what AWS took out, checked against AWS's lists of
 * supported features; 1.0's are those without what came later. Kept although CloudFront lacks
 * them, because V8's own methods call them: symbols, and `flags` on 1.0.
 *
 * Source: CloudFront Developer Guide, "JavaScript runtime features"; njs.
 */
import type { RuntimeName } from "./runtime-name.ts";

const error = "constructor message name";
const elements =
  "buffer byteLength byteOffset constructor copyWithin fill join length set slice sort subarray toString";
const elementsSince20 =
  "entries every filter find findIndex forEach includes indexOf keys lastIndexOf map reduce reduceRight reverse some values";
const array =
  "concat constructor copyWithin every fill filter find findIndex forEach includes indexOf join lastIndexOf length map pop push reduce reduceRight reverse shift slice some sort splice toString unshift";
const math =
  "E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc";
const date =
  "constructor getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds toDateString toISOString toJSON toLocaleDateString toLocaleString toLocaleTimeString toString toTimeString toUTCString valueOf";
const text =
  "charAt charCodeAt codePointAt concat constructor endsWith includes indexOf lastIndexOf length match padEnd padStart repeat replace search slice split startsWith substr substring toLowerCase toString toUpperCase trim trimEnd trimStart valueOf";

const both: Record<string, string> = {
  Object:
    "assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols getPrototypeOf is isExtensible isFrozen isSealed keys length name preventExtensions prototype seal setPrototypeOf values",
  "Object.prototype":
    "__proto__ constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf",
  "Function.prototype": "apply arguments bind call caller constructor length name",
  Array: "isArray length name of prototype",
  "Array.prototype": array,
  String: "fromCharCode fromCodePoint length name prototype",
  "String.prototype": text,
  "Boolean.prototype": "constructor toString valueOf",
  Number:
    "EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY isFinite isInteger isNaN isSafeInteger length name parseFloat parseInt prototype",
  "Number.prototype": "constructor toExponential toFixed toPrecision toString valueOf",
  Symbol:
    "asyncIterator hasInstance isConcatSpreadable iterator length match matchAll name prototype replace search species split toPrimitive toStringTag unscopables",
  "Symbol.prototype": "constructor description toString valueOf",
  Math: math,
  JSON: "parse stringify",
  Date: "UTC length name now parse prototype",
  "Date.prototype": date,
  RegExp: "length name prototype",
  "RegExp.prototype": "constructor exec flags global ignoreCase multiline source test toString",
  Promise: "length name prototype reject resolve",
  "Promise.prototype": "catch constructor finally then",
  Error: "length name prototype",
  "Error.prototype": "constructor message name toString valueOf",
  "EvalError.prototype": error,
  "RangeError.prototype": error,
  "ReferenceError.prototype": error,
  "SyntaxError.prototype": error,
  "TypeError.prototype": error,
  "URIError.prototype": error,
  ArrayBuffer: "isView length name prototype",
  "ArrayBuffer.prototype": "byteLength constructor slice",
  "Uint8Array.__proto__": "length name prototype",
  "Uint8Array.__proto__.prototype": elements,
  Uint8Array: "BYTES_PER_ELEMENT length name prototype",
  "Uint8Array.prototype": "BYTES_PER_ELEMENT constructor",
};

const since20: Record<string, string> = {
  "Array.prototype": "entries keys values",
  "String.prototype": "replaceAll",
  Symbol: "for keyFor",
  "RegExp.prototype": "sticky",
  Promise: "all allSettled any race",
  "Uint8Array.__proto__": "from of",
  "Uint8Array.__proto__.prototype": elementsSince20,
  DataView: "length name prototype",
  "DataView.prototype":
    "buffer byteLength byteOffset constructor getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8",
  "AggregateError.prototype": error,
};

/** Paths from the global object, and the names that stay there. */
export function builtinNames(runtime: RuntimeName): Record<string, readonly string[]> {
  const names: Record<string, readonly string[]> = {};
  for (const [path, list] of Object.entries(both)) names[path] = list.split(" ");
  if (runtime === "cloudfront-js-1.0") {
    names["String"] = [...(names["String"] ?? []), "bytesFrom"];
    const onStrings = ["fromBytes", "fromUTF8", "toBytes", "toUTF8"];
    names["String.prototype"] = [...(names["String.prototype"] ?? []), ...onStrings];
    return names;
  }
  for (const [path, list] of Object.entries(since20)) {
    names[path] = [...(names[path] ?? []), ...list.split(" ")];
  }
  return names;
}
