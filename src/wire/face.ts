/**
 * Which of the API's faces a request is for: XML, what the AWS clients speak, or JSON, for people
 * with curl and for web pages.
 *
 * `Accept` decides by its q-values and, where those are level, by which type it names more
 * exactly; so a browser gets XML, and a fetch library that lists `application/json` first and takes
 * anything gets JSON. Where Accept says nothing (absent, or curl's default: any type) a JSON body
 * asks for a JSON answer.
 *
 * The data API of the key value stores is AWS's REST-JSON instead of XML. There a JSON body says
 * nothing, since the AWS clients send one too: only an Accept that names JSON asks for our face.
 *
 * Source: RFC 9110 §12.5.1.
 */
import { isKeyValueStorePath, type ApiRequest } from "./api-message.ts";

/** How many media ranges of an Accept are looked at; a browser lists eight. */
const rangesMax = 64;

/** `json` is Footlight's own, with its envelope; the others are AWS's. */
export type Face = "xml" | "rest-json" | "json";

export function faceOf({ path, headers }: Pick<ApiRequest, "path" | "headers">): Face {
  const accept = headers["accept"] ?? "*/*";
  const ranges = accept.split(",", rangesMax).map(parseRange);
  const json = preferenceFor("application", "json", ranges);
  if (isKeyValueStorePath(path)) {
    return json.exactness === 2 && json.quality > 0 ? "json" : "rest-json";
  }
  const xml = best(
    preferenceFor("application", "xml", ranges),
    preferenceFor("text", "xml", ranges),
  );
  if (json.quality !== xml.quality) return json.quality > xml.quality ? "json" : "xml";
  if (json.quality > 0 && json.exactness !== xml.exactness) {
    return json.exactness > xml.exactness ? "json" : "xml";
  }
  return isJson(headers["content-type"]) ? "json" : "xml";
}

interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

interface Preference {
  readonly quality: number;
  /** 2 for a full match, 1 for one like `text/*`, 0 for any type. */
  readonly exactness: number;
}

function parseRange(range: string): MediaRange {
  const [mediaType = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
  const [type = "", subtype = ""] = mediaType.split("/");
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, subtype, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most exact range that covers a media type has the say, as RFC 9110 demands. */
function preferenceFor(type: string, subtype: string, ranges: readonly MediaRange[]): Preference {
  const matches = ranges
    .map((range) => ({ quality: range.quality, exactness: exactnessOf(range, type, subtype) }))
    .filter(({ exactness }) => exactness >= 0);
  return matches.reduce((a, b) => (b.exactness > a.exactness ? b : a), {
    quality: 0,
    exactness: -1,
  });
}

function exactnessOf(range: MediaRange, type: string, subtype: string): number {
  if (range.type === type && range.subtype === subtype) return 2;
  if (range.type === type && range.subtype === "*") return 1;
  return range.type === "*" && range.subtype === "*" ? 0 : -1;
}

function best(a: Preference, b: Preference): Preference {
  if (a.quality !== b.quality) return a.quality > b.quality ? a : b;
  return a.exactness >= b.exactness ? a : b;
}

function isJson(contentType: string | undefined): boolean {
  const mediaType = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  return mediaType === "application/json" || mediaType.endsWith("+json");
}
