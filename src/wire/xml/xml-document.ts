/**
 * Parses XML strictly into a tree of elements.
 *
 * The SDK's own parser takes almost anything, as a client may; a server must not guess. So this
 * refuses what is not well-formed, any DOCTYPE (and with it every entity but XML's five: no
 * bombs, nothing external), other encodings than UTF-8, and more depth than the API has.
 */
import { SaxesParser } from "saxes";
import { decodeUtf8 } from "../../base/decode-utf8.ts";
import { ApiError } from "../../model/errors.ts";

export interface XmlElement {
  readonly name: string;
  /** The namespace's URI, "" for none. */
  readonly namespace: string;
  readonly attributes: readonly string[];
  readonly children: XmlElement[];
  /** All character data directly inside, as sent. */
  text: string;
}

/** The deepest element of the API's shapes stands at 12. */
const maxDepth = 50;

/** @throws MalformedXML, saying what is wrong and at which line and column */
export function parseXml(body: Uint8Array): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;

  parser.on("error", (error) => {
    throw malformed(error.message, error);
  });
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== "utf-8") {
      throw malformed(`the encoding must be UTF-8, and the declaration says ${encoding}`);
    }
  });
  parser.on("doctype", () => {
    throw malformed("a DOCTYPE is not allowed");
  });
  parser.on("opentag", ({ local, uri, attributes }) => {
    if (open.length === maxDepth) throw malformed(`elements nest deeper than ${maxDepth}`);
    const names = Object.values(attributes)
      .filter(isOurs)
      .map((attribute) => attribute.name);
    const element = { name: local, namespace: uri, attributes: names, children: [], text: "" };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);

  const text = decodeUtf8(body);
  if (text === undefined) throw malformed("it is not UTF-8");
  parser.write(text).close();
  if (root === undefined) throw malformed("it has no root element");
  return root;
}

/** Namespace declarations and schema hints say nothing about the call. */
function isOurs(attribute: {
  readonly prefix: string;
  readonly uri: string;
  readonly name: string;
}): boolean {
  const isDeclaration = attribute.prefix === "xmlns" || attribute.name === "xmlns";
  return !isDeclaration && attribute.uri !== "http://www.w3.org/2001/XMLSchema-instance";
}

function malformed(reason: string, cause?: unknown): ApiError {
  const message = `The XML of the request body is not accepted: ${reason}`;
  return new ApiError("MalformedXML", message, { cause });
}
