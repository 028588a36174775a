/**
 * What it costs to compile a pattern, in steps, beyond what a short one costs.
 *
 * V8 compiles a pattern when it is first used, all in C++, where nothing stops it, and takes a
 * time that grows with the square of the quantifiers, groups and alternatives: 9,500 characters of
 * `x*` take two seconds. The weights are fitted to that, so that a run's whole allowance buys some
 * 150 ms of it; a pattern as people write them costs next to nothing.
 *
 * @returns the function that is used at compile time for literals, and in the guest for texts
 */
export function guestCompileCost(): (pattern: string, ignoresCase: boolean) => number {
  "use strict";
  const free = 1000;
  return (pattern, ignoresCase) => {
    const { length } = pattern;
    let units = 1;
    let classes = 0;
    let inClass = false;
    let isWide = false;
    for (let at = 0; at < length; at += 1) {
      const letter = pattern[at] as string;
      if (letter === "\\") {
        at += 1;
        const escaped = pattern[at];
        if (escaped === "W" || escaped === "S" || escaped === "D") isWide = true;
        else if (escaped === "u" || escaped === "x" || escaped === "0") isWide = true;
      } else if (inClass) {
        if (letter === "]") {
          inClass = false;
          if (isWide) classes += 1;
        } else if (letter > "\u007f") isWide = true;
      } else if (letter === "[") {
        inClass = true;
        isWide = false;
      } else if (letter === "*" || letter === "+" || letter === "?" || letter === "{") units += 10;
      else if (letter === "(") units += 5;
      else if (letter === "|") units += 3;
    }
    // V8 looks up the other case of each character in a class with a wide range.
    const cost = (units * length) / 65 + (ignoresCase ? 1000 * classes : 0);
    return cost > free ? cost - free : 0;
  };
}
