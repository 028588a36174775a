/**
 * Checks an input against the model's constraints and says everything that is wrong at once, in
 * AWS's own sentence: "2 validation errors detected: Value '1' at 'distributionConfig.…' failed to
 * satisfy constraint: Member must satisfy value set: […]; …".
 *
 * An optional string that is empty was not set: Terraform sends empty elements for settings it
 * leaves out. Its length and pattern are not checked then; a value set still is.
 */
import { ApiError } from "../model/errors.ts";
import type { Constraint } from "../schema/constraint.ts";
import { headersLeftToOperations } from "../schema/corrections.ts";
import type { Member, Shape, StructureShape } from "../schema/shape.ts";

interface Violation {
  /** AWS's: `tags.items.1.member.key`. */
  readonly path: string;
  readonly text: string;
}

/** One answer lists so many; the rest are counted. */
const maxListed = 20;

/**
 * @throws MalformedXML, when something in the body violates a constraint
 * @throws InvalidArgument, when only the path, the query or a header does
 */
export function validateInput(shape: StructureShape, input: object): void {
  const violations: Violation[] = [];
  let inBody = false;
  for (const member of shape.members.values()) {
    const before = violations.length;
    const value = (input as Record<string, unknown>)[member.name];
    checkMember(member, value, lowerFirst(member.name), violations);
    const isBody = member.binding === undefined || member.binding.in === "payload";
    inBody ||= isBody && violations.length > before;
  }
  if (violations.length === 0) return;

  const count = violations.length;
  const listed = violations.slice(0, maxListed).map(({ text }) => text);
  const rest = count > maxListed ? [`and ${count - maxListed} more`] : [];
  throw new ApiError(
    inBody ? "MalformedXML" : "InvalidArgument",
    `${count} validation error${count === 1 ? "" : "s"} detected: ${[...listed, ...rest].join("; ")}`,
  );
}

function checkMember(member: Member, value: unknown, path: string, found: Violation[]): void {
  if (value === undefined) {
    if (member.required && !isLeftToOperation(member)) {
      found.push(violation("null", path, "Member must not be null"));
    }
    return;
  }
  checkConstraint(member, value, path, found);
  checkInside(member.shape, value, path, found);
}

function checkInside(shape: Shape, value: unknown, path: string, found: Violation[]): void {
  if (shape.kind === "list") {
    for (const [index, entry] of (value as readonly unknown[]).entries()) {
      checkMember({ ...shape.entry, required: true }, entry, `${path}.${index + 1}.member`, found);
    }
  }
  if (shape.kind !== "structure") return;
  const members = value as Readonly<Record<string, unknown>>;
  for (const member of shape.members.values()) {
    checkMember(member, members[member.name], `${path}.${lowerFirst(member.name)}`, found);
  }
  if (shape.union && Object.keys(members).length !== 1) {
    const names = [...shape.members.keys()].join(", ");
    found.push(violation("null", path, `Member must have exactly one of these set: ${names}`));
  }
}

function checkConstraint(member: Member, value: unknown, path: string, found: Violation[]): void {
  const broken = brokenRules(member, value);
  for (const rule of broken) {
    // AWS leaves the value out where the model calls it sensitive.
    const shown = member.sensitive ? undefined : quote(value);
    found.push(violation(shown, path, rule));
  }
}

function brokenRules({ constraint, shape, required }: Member, value: unknown): string[] {
  const broken: string[] = [];
  if (constraint.enum && !constraint.enum.includes(String(value))) {
    broken.push(`Member must satisfy value set: [${constraint.enum.join(", ")}]`);
  }
  const isUnset = value === "" && !required;
  if (isUnset) return broken;

  const size = sizeOf(value);
  const isNumber = typeof value === "number";
  if (constraint.min !== undefined && size < constraint.min) {
    broken.push(
      `Member must have ${isNumber ? "value" : "length"} greater than or equal to ${constraint.min}`,
    );
  }
  if (constraint.max !== undefined && size > constraint.max) {
    broken.push(
      `Member must have ${isNumber ? "value" : "length"} less than or equal to ${constraint.max}`,
    );
  }
  if (shape.kind === "string" && constraint.pattern && !matches(constraint, String(value))) {
    broken.push(`Member must satisfy regular expression pattern: ${constraint.pattern}`);
  }
  return broken;
}

/** Characters of a string (code points), bytes of a blob, entries of a list; a number itself. */
function sizeOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string") return Array.from(value).length;
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return Number.NaN;
}

const patterns = new Map<string, RegExp>();

/** The model's longest pattern-bound member is short, so no caller can make a match slow. */
function matches({ pattern = "", max = 2048 }: Constraint, value: string): boolean {
  if (value.length > max * 2) return false;
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = new RegExp(`^(?:${pattern})$`, "u");
    patterns.set(pattern, compiled);
  }
  return compiled.test(value);
}

function isLeftToOperation({ binding }: Member): boolean {
  return binding?.in === "header" && headersLeftToOperations.has(binding.name);
}

function violation(value: string | undefined, path: string, rule: string): Violation {
  const subject = value === undefined ? "Value" : `Value ${value}`;
  return { path, text: `${subject} at '${path}' failed to satisfy constraint: ${rule}` };
}

/** @returns undefined for what is no single value: bytes and lists */
function quote(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value);
  return `'${text.length > 200 ? `${text.slice(0, 200)}…` : text}'`;
}

/** AWS's paths: `distributionConfig.origins.items.1.member.id`. */
function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
