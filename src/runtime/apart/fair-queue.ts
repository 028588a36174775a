/**
 * A bounded queue in which nobody's many entries stand before somebody else's one.
 *
 * An entry belongs to a group and, in it, to a member: a function and one of its viewers. Groups take
 * turns, and so do the members of a group. When the queue is full, who has the most entries
 * waiting gives way: their last one is put out for the new one of somebody else. A member has at
 * most one entry out at a time, so that whatever holds one up leaves the rest of the hands to others.
 */

export interface QueueEntry {
  readonly group: string;
  readonly member: string;
}

interface Member<Entry> {
  readonly waiting: Entry[];
  isOut: boolean;
}

export class FairQueue<Entry extends QueueEntry> {
  readonly #max: number;
  /** In the order of their turns, the next one first; the same for the members of each. */
  readonly #groups = new Map<string, Map<string, Member<Entry>>>();
  #size = 0;

  /** @param max entries that wait at once */
  constructor(max: number) {
    this.#max = max;
  }

  /** How many entries wait. */
  get size(): number {
    return this.#size;
  }

  /** @returns the entry that has no place: the one given, or one that gave way to it; undefined when all have */
  add(entry: Entry): Entry | undefined {
    const mine = this.#memberOf(entry);
    if (this.#size >= this.#max) {
      const longest = this.#longest();
      if (longest === undefined || longest.waiting.length <= mine.waiting.length + 1) {
        this.#forgetIfDone(entry, mine);
        return entry;
      }
      mine.waiting.push(entry);
      const out = longest.waiting.pop();
      return out;
    }
    mine.waiting.push(entry);
    this.#size += 1;
    return undefined;
  }

  /** Takes the next entry of somebody who has none out. To be followed by `done`. */
  take(): Entry | undefined {
    for (const [group, members] of this.#groups) {
      for (const [name, member] of members) {
        if (member.isOut || member.waiting.length === 0) continue;
        member.isOut = true;
        this.#size -= 1;
        // Both go to the end of their rows.
        members.delete(name);
        members.set(name, member);
        this.#groups.delete(group);
        this.#groups.set(group, members);
        return member.waiting.shift();
      }
    }
    return undefined;
  }

  /** An entry that was taken is finished with. */
  done(entry: QueueEntry): void {
    const member = this.#groups.get(entry.group)?.get(entry.member);
    if (member === undefined) return;
    member.isOut = false;
    this.#forgetIfDone(entry, member);
  }

  /** Takes all entries out, whosever turn it is. */
  clear(): Entry[] {
    const all = [...this.#groups.values()].flatMap((members) =>
      [...members.values()].flatMap(({ waiting }) => waiting),
    );
    this.#groups.clear();
    this.#size = 0;
    return all;
  }

  #memberOf({ group, member: name }: QueueEntry): Member<Entry> {
    let members = this.#groups.get(group);
    if (members === undefined) this.#groups.set(group, (members = new Map()));
    let member = members.get(name);
    if (member === undefined) members.set(name, (member = { waiting: [], isOut: false }));
    return member;
  }

  #forgetIfDone({ group, member: name }: QueueEntry, member: Member<Entry>): void {
    if (member.isOut || member.waiting.length > 0) return;
    const members = this.#groups.get(group);
    members?.delete(name);
    if (members?.size === 0) this.#groups.delete(group);
  }

  #longest(): Member<Entry> | undefined {
    let longest: Member<Entry> | undefined;
    for (const members of this.#groups.values()) {
      for (const member of members.values()) {
        if (longest === undefined || member.waiting.length > longest.waiting.length)
          longest = member;
      }
    }
    return longest;
  }
}
