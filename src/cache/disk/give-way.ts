/**
 * What goes on a full disk before anything that is in use: a damaged index that was kept to be looked
 * at, and the bodies of generations that another has replaced; and what goes of a generation that
 * another is about to replace.
 */
import { existsSync, opendirSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { currentGeneration, damagedName, filesOf, numberOf } from "./generation.ts";

/** Bodies that go at a time. */
const bodiesAtOnce = 32;

/**
 * Lets go of what nobody reads any more, as much as goes at a time. Where a generation was replaced a
 * moment ago its index stays: see `deleteReplaced`.
 *
 * @returns whether there was any
 */
export function letGoOfSpare(folder: string): boolean {
  try {
    const inUse = currentGeneration(folder);
    const names = readdirSync(folder);
    const damaged = names.filter((name) => name === damagedName || name.startsWith("damaged-"));
    for (const name of damaged) rmSync(join(folder, name), { force: true });
    const replaced = names.filter(
      (name) => numberOf(name) > 0 && inUse !== undefined && name !== basename(inUse),
    );
    return damaged.length > 0 || replaced.some((name) => letGoOfBodies(join(folder, name)));
  } catch {
    // It can't be told now what is in use, or nothing may be deleted.
    return false;
  }
}

/**
 * Lets go of some bodies of a generation that is not to be used any more, or where there are none of
 * its index, which the disk has again when every process has closed it. For that nothing may name it.
 *
 * @param generation its folder; undefined when nothing is to go
 * @returns whether there was any
 */
export function giveWay(folder: string, generation: string | undefined): boolean {
  if (generation === undefined || currentGeneration(folder) !== generation) return false;
  if (letGoOfBodies(generation)) return true;
  rmSync(join(folder, "current"), { force: true });
  rmSync(filesOf(generation).index, { force: true });
  return true;
}

/** @returns whether there were any */
function letGoOfBodies(generation: string): boolean {
  const { bodies } = filesOf(generation);
  const names = firstNamesIn(bodies, bodiesAtOnce);
  for (const name of names) rmSync(join(bodies, name), { force: true });
  return names.length > 0;
}

/** Of a folder that may hold very many; none where it is gone. */
function firstNamesIn(folder: string, count: number): readonly string[] {
  if (!existsSync(folder)) return [];
  const names: string[] = [];
  const reading = opendirSync(folder);
  try {
    while (names.length < count) {
      const entry = reading.readSync();
      if (entry === null) break;
      names.push(entry.name);
    }
  } finally {
    reading.closeSync();
  }
  return names;
}
