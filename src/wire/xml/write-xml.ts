/** Writes XML responses, with the SDK's own serializer. */
import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import { xmlNamespace } from "../../schema/operation-table.ts";
import { toPrintable } from "./xml-characters.ts";

/** `TimestampDateTimeSchema` of the SDK's schemas: ISO 8601. */
const isoTimestamps = 5;

/** @returns the document, whose root element is named after the shape (or its payload's name) */
export function writeXml(schema: NormalizedSchema, value: object): string {
  const serializer = new XmlShapeSerializer({
    xmlNamespace,
    serviceNamespace: "com.amazonaws.cloudfront",
    timestampFormat: { useTrait: true, default: isoTimestamps },
    httpBindings: true,
  });
  serializer.write(schema, printable(value));
  return `<?xml version="1.0"?>\n${String(serializer.flush())}`;
}

/** XML cannot carry control characters, which a function may well log: they become U+FFFD. */
function printable<Value>(value: Value): Value {
  if (typeof value === "string") return toPrintable(value) as Value;
  if (Array.isArray(value)) return value.map(printable) as Value;
  const isStructure =
    typeof value === "object" &&
    value !== null &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array);
  if (!isStructure) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, printable(member as unknown)]),
  ) as Value;
}
