/**
 * A request's and a response's lines as HTTP/2 has them, and back.
 *
 * Source: RFC 9113 §8.2, §8.3.
 */
import { headerRules } from "../../../model/header-rules.ts";
import type { OriginRequest } from "../origin-request.ts";

/** @returns names and values in turn; says that trailers are understood, as every call by gRPC does */
export function requestFields(
  { method, path, headers }: OriginRequest,
  scheme: "http" | "https",
): string[] {
  let authority = "";
  const fields: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = (headers[index] as string).toLowerCase();
    const value = headers[index + 1] as string;
    if (name === "host") authority = value;
    else fields.push(name, value);
  }
  return [
    ...[":method", method, ":scheme", scheme, ":authority", authority, ":path", path],
    ...fields,
    ...["te", "trailers"],
  ];
}

/** @param raw names and values in turn, as they came */
export function statusOf(raw: readonly string[]): number {
  return Number(raw[raw.indexOf(":status") + 1]);
}

/** What is no pseudo-header and not about the connection. */
export function responseLines(raw: readonly string[]): string[] {
  const lines: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] as string;
    if (name.startsWith(":") || headerRules(name).response === "connection") continue;
    lines.push(name, raw[index + 1] as string);
  }
  return lines;
}
