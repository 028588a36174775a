/**
 * What goes by a header's name: what becomes of it on the way to an origin and to a viewer, whether
 * functions see it, and which settings may name it. The rows stand in header-table.ts.
 *
 * Looking a name up costs one hash: what the rows say is kept with the spelling that it came in,
 * because the same few spellings come again with every message.
 */
import { HeaderName, HeaderNames, lowerCaseName } from "../base/header-names.ts";
import { namesWithRows, rowOf, type HeaderRow } from "./header-table.ts";

/** The very strings of the table, which V8 compares with literals without a look at their letters. */
const tableNames: ReadonlyMap<string, string> = new Map(namesWithRows.map((name) => [name, name]));

export class HeaderRules extends HeaderName implements Required<Omit<HeaderRow, "stays">> {
  readonly request;
  readonly response;
  readonly functions;
  readonly added;
  readonly policy;
  /** The name as functions see it, in lower case; empty when they don't see the header. */
  readonly visible: string;
  /** Whether a response headers policy may remove it. */
  readonly isRemovable: boolean;

  constructor(spelling: string) {
    const lower = lowerCaseName(spelling);
    super(spelling, tableNames.get(lower) ?? lower);
    const row = rowOf(this.lower);
    this.request = row.request ?? "other";
    this.response = row.response ?? "kept";
    this.functions = row.functions ?? "seen";
    this.added = row.added ?? "freely";
    this.policy = row.policy ?? "free";
    this.visible = this.functions === "hidden" ? "" : this.lower;
    this.isRemovable = this.functions !== "hidden" && row.stays !== true;
  }
}

const names = new HeaderNames((spelling) => new HeaderRules(spelling));

/** @param spelling the name in whatever case it was written in */
export function headerRules(spelling: string): HeaderRules {
  return names.find(spelling);
}

type EventType = "viewer-request" | "viewer-response";

const readOnly: Readonly<Record<EventType, ReadonlySet<string>>> = {
  "viewer-request": readOnlyIn("viewer-request"),
  "viewer-response": readOnlyIn("viewer-response"),
};

function readOnlyIn(eventType: EventType): Set<string> {
  const names = namesWithRows.filter((name) => {
    const { functions } = rowOf(name);
    return functions === "read-only" || functions === `read-only-in-${eventType}`;
  });
  return new Set(names);
}

/** @returns the names, in lower case, that functions of the event type see and may not change */
export function readOnlyHeaders(eventType: EventType): ReadonlySet<string> {
  return readOnly[eventType];
}
