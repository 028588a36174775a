/**
 * The schemas of the AWS SDK list the required members of a structure first; AWS's model, and with
 * it AWS's answers, have an order of their own. Writers follow a schema's order, so they get a copy
 * of it in the model's.
 */

/** Structure → its members, in the model's order. What is not in it has that order already. */
export type MemberOrder = Readonly<Record<string, readonly string[]>>;

/** Sorts entries into the model's order. Members that are newer than the model come last. */
export function inModelOrder<Value>(
  entries: Iterable<readonly [name: string, Value]>,
  names: readonly string[] | undefined,
): (readonly [name: string, Value])[] {
  if (names === undefined) return [...entries];
  const rank = ([name]: readonly [string, Value]): number => {
    const index = names.indexOf(name);
    return index === -1 ? names.length : index;
  };
  return [...entries].sort((a, b) => rank(a) - rank(b));
}

/** What a schema is made of: a number for a simple one, another's getter, a member or a schema. */
export type SchemaPart = number | string | (() => SchemaPart) | readonly unknown[];

const list = 1;
const structure = 3;
const union = 4;

/** Copies schemas, with everything that they refer to. A schema that two refer to is copied once. */
export class SchemaReorderer {
  readonly #order: MemberOrder;
  readonly #copies = new Map<unknown, readonly unknown[]>();

  constructor(order: MemberOrder) {
    this.#order = order;
  }

  copy(part: SchemaPart): SchemaPart {
    if (typeof part === "function") return () => this.copy(part());
    if (!Array.isArray(part)) return part;
    const [target, traits] = part as readonly SchemaPart[];
    const isMember = part.length === 2;
    if (isMember) return [this.copy(target!), traits];
    const copied = this.#copies.get(part);
    if (copied) return copied;
    const copy = this.#copySchema(part as readonly unknown[]);
    this.#copies.set(part, copy);
    return copy;
  }

  #copySchema(schema: readonly unknown[]): readonly unknown[] {
    const [kind, namespace, name, traits, ...rest] = schema;
    const head = [kind, namespace, name, traits];
    if (kind === list) return [...head, this.copy(rest[0] as SchemaPart)];
    if (kind !== structure && kind !== union) return schema;
    const [names, parts, requiredCount] = rest as [string[], SchemaPart[], number | undefined];
    const entries = names.map((member, index) => [member, this.copy(parts[index]!)] as const);
    const ordered = inModelOrder(entries, this.#order[String(name)]);
    return [
      ...head,
      ordered.map(([member]) => member),
      ordered.map(([, part]) => part),
      requiredCount,
    ];
  }
}
