/**
 * Prefixes and a number each, asked for the largest number of those that a text begins with. Nothing
 * is changed in place: what is added or taken out makes a new trie, which shares the rest.
 *
 * Asking takes no more steps than the text has characters, however many prefixes there are.
 */
export interface PrefixTrie {
  /** What its prefixes go on with where those above it end. */
  readonly label: string;
  /** Of the prefix that ends here; 0 when none does. */
  readonly value: number;
  /** By the first character of their labels. */
  readonly children: ReadonlyMap<string, PrefixTrie>;
}

const noChildren: ReadonlyMap<string, PrefixTrie> = new Map();

export const emptyTrie: PrefixTrie = { label: "", value: 0, children: noChildren };

/** @returns the largest value of the prefixes of a text; 0 when it has none */
export function largestOfPrefixes(trie: PrefixTrie, text: string): number {
  let node: PrefixTrie | undefined = trie;
  let largest = 0;
  for (let at = 0; node !== undefined && text.startsWith(node.label, at);) {
    largest = Math.max(largest, node.value);
    at += node.label.length;
    node = at < text.length ? node.children.get(text[at] as string) : undefined;
  }
  return largest;
}

/** @returns the value of a prefix itself; 0 when it is not among them */
export function valueOfPrefix(trie: PrefixTrie, prefix: string): number {
  let node: PrefixTrie | undefined = trie;
  for (let at = 0; node !== undefined && prefix.startsWith(node.label, at);) {
    at += node.label.length;
    if (at === prefix.length) return node.value;
    node = node.children.get(prefix[at] as string);
  }
  return 0;
}

/** @param value takes the place of what the prefix has; 0 takes the prefix out */
export function withPrefix(node: PrefixTrie, text: string, value: number): PrefixTrie {
  const shared = sharedLength(node.label, text);
  if (shared < node.label.length) {
    if (value === 0) return node;
    const lower = { ...node, label: node.label.slice(shared) };
    const upper = { label: text.slice(0, shared), value: 0, children: childrenOf(lower) };
    return withPrefix(upper, text, value);
  }
  const rest = text.slice(shared);
  if (rest === "") return { ...node, value };
  const first = rest[0] as string;
  const child = node.children.get(first);
  if (child === undefined && value === 0) return node;
  const changed =
    child === undefined
      ? { label: rest, value, children: noChildren }
      : pruned(withPrefix(child, rest, value));
  const children = new Map(node.children);
  if (changed === undefined) children.delete(first);
  else children.set(first, changed);
  return { ...node, children };
}

function sharedLength(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) if (one[index] !== other[index]) return index;
  return length;
}

function childrenOf(...nodes: PrefixTrie[]): ReadonlyMap<string, PrefixTrie> {
  return new Map(nodes.map((node) => [node.label[0] as string, node]));
}

/** A node that no prefix ends in is there to branch, or not at all. */
function pruned(node: PrefixTrie): PrefixTrie | undefined {
  if (node.value !== 0 || node.children.size > 1) return node;
  const [only] = node.children.values();
  return only && { ...only, label: node.label + only.label };
}
