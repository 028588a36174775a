/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * Headers whose names are known beforehand: the host sends a number in place of the names
 * (event/header-shapes.ts).
 *
 * For each shape two functions are compiled from its names. An object literal is many times faster
 * than assigning property by property, which beyond twelve also turns V8's objects into slow ones;
 * and the comparison reads properties whose places are known.
 */
import type { EntryMap, Original } from "./event-maps.ts";
import type { GuestKit } from "./kit.ts";

/** Compares a map that lists the shape's names in order with the values it held at first. */
export type HoldsValues = (map: EntryMap, values: (string | string[])[]) => boolean;

export interface GuestHeaderShape {
  /** How many lines of values there are, cookies among them. */
  count: number;
  /** Which of the lines are cookies. */
  cookieLines: number[];
  /** Whether the event has cookies that were not sent. */
  lacksCookies: boolean;
  /** Builds headers from the value lines that begin at a place. */
  build(lines: string[], at: number): Original;
}

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestHeaderShapes(kit: GuestKit) {
  "use strict";
  const { split, quote, keys, compile } = kit;
  /** Numbers go up for ever; the host holds on to the latest so many. */
  const placeOf = (number: number): number => number & 63;
  const known: GuestHeaderShape[] = [];

  /** @param leftOut what was not sent, as event/header-shapes.ts numbers it */
  const learn = (number: number, cookieName: string, list: string, leftOut: number): void => {
    const lines = list === "" ? [] : split(list, "\n");
    const cookieLines: number[] = [];
    let count = 0;
    let map = "";
    let values = "";
    let holds = "";
    let template = "";
    for (let i = 0; i < lines.length; i += 1) {
      if (lines[i] === cookieName) {
        cookieLines[cookieLines.length] = i;
        continue;
      }
      const name = quote(lines[i] as string);
      const comma = map === "" ? "" : ",";
      template += `${comma}${name}:0`;
      map += `${comma}${name}:{value:lines[at+${i}]}`;
      holds += `if(typeof(e=map[${name}])!=="object"||e===null||e.value!==values[${count}]||e.multiValue!==undefined)return false;`;
      values += `${comma}lines[at+${i}]`;
      count += 1;
    }
    // The keys of an object are the very strings that its like will list.
    const names = keys(kit.parseJson(`{${template}}`) as object);
    const holdsValues = compile(
      "map,values",
      `"use strict";var e;${holds}return true`,
    ) as HoldsValues;
    const builder = compile(
      "names,holdsValues",
      `"use strict";return function(lines,at){return {names:names,values:[${values}],map:{${map}},attributes:undefined,reordered:false,incoming:undefined,lacksNames:${(leftOut & 1) !== 0},holdsValues:holdsValues,places:undefined}}`,
    );
    known[placeOf(number)] = {
      count: lines.length,
      cookieLines,
      lacksCookies: (leftOut & 2) !== 0,
      build: builder(names, holdsValues) as GuestHeaderShape["build"],
    };
  };

  const find = (number: number): GuestHeaderShape | undefined => known[placeOf(number)];

  return { find, learn };
}

export type GuestHeaderShapes = ReturnType<typeof guestHeaderShapes>;
