/**
 * Reads an XML request body by its shape.
 *
 * The order of elements plays no part (clients differ), nor does whitespace between them. What
 * the shape does not know is refused by name, since a setting that is silently dropped is worse
 * than an error; so are an element that comes twice, and text where only elements belong.
 */
import { ApiError } from "../../model/errors.ts";
import { xmlNamespace } from "../../schema/operation-table.ts";
import type { ListShape, Member, Shape, StructureShape } from "../../schema/shape.ts";
import { NotSuchValue, readText } from "../read-simple.ts";
import { parseXml, type XmlElement } from "./xml-document.ts";

/**
 * @param rootName the element the body must consist of
 * @throws MalformedXML
 */
export function readXml(body: Uint8Array, shape: StructureShape, rootName: string): object {
  const root = parseXml(body);
  if (root.name !== rootName) {
    throw malformed(`The root element must be <${rootName}>, got <${shown(root.name)}>`);
  }
  return readStructure(root, shape);
}

function readStructure(element: XmlElement, shape: StructureShape): object {
  checkPlain(element);
  checkNoText(element);
  const members = membersByElement(shape);
  const value: Record<string, unknown> = {};
  for (const child of element.children) {
    const member = members.get(child.name);
    if (member === undefined) throw unknownElement(child, element, [...members.keys()]);
    if (member.name in value) {
      throw malformed(`<${child.name}> comes more than once in <${element.name}>`);
    }
    value[member.name] = readValue(child, member.shape);
  }
  return value;
}

function readValue(element: XmlElement, shape: Shape): unknown {
  if (shape.kind === "structure") return readStructure(element, shape);
  if (shape.kind === "list") return readList(element, shape);
  checkPlain(element);
  const [child] = element.children;
  if (child) throw unknownElement(child, element, []);
  try {
    return readText(element.text, shape);
  } catch (error) {
    if (!(error instanceof NotSuchValue)) throw error;
    throw malformed(`<${element.name}> must be ${error.expected}, got "${shown(element.text)}"`);
  }
}

function readList(element: XmlElement, { entry }: ListShape): unknown[] {
  checkPlain(element);
  checkNoText(element);
  return element.children.map((child) => {
    if (child.name !== entry.xmlName) throw unknownElement(child, element, [entry.xmlName]);
    return readValue(child, entry.shape);
  });
}

const membersOfShape = new WeakMap<StructureShape, ReadonlyMap<string, Member>>();

function membersByElement(shape: StructureShape): ReadonlyMap<string, Member> {
  let members = membersOfShape.get(shape);
  if (members === undefined) {
    const inBody = [...shape.members.values()].filter((member) => !member.binding);
    members = new Map(inBody.map((member) => [member.xmlName, member]));
    membersOfShape.set(shape, members);
  }
  return members;
}

function checkPlain({ name, namespace, attributes }: XmlElement): void {
  if (namespace !== "" && namespace !== xmlNamespace) {
    throw malformed(
      `<${shown(name)}> is in the namespace "${shown(namespace)}"; the API's is ${xmlNamespace}`,
    );
  }
  const [attribute] = attributes;
  if (attribute !== undefined) {
    throw malformed(`<${shown(name)}> takes no attribute "${shown(attribute)}"`);
  }
}

function checkNoText({ name, text }: XmlElement): void {
  const content = text.trim();
  if (content !== "") {
    throw malformed(`<${shown(name)}> takes elements, got the text "${shown(content)}"`);
  }
}

function unknownElement(child: XmlElement, parent: XmlElement, known: readonly string[]): ApiError {
  const takes = known.length === 0 ? "no elements" : known.map((name) => `<${name}>`).join(", ");
  return malformed(
    `<${shown(child.name)}> is not known in <${shown(parent.name)}>, which takes ${takes}`,
  );
}

function malformed(message: string): ApiError {
  return new ApiError("MalformedXML", message);
}

/** Keeps a message short, whatever was sent. */
function shown(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
