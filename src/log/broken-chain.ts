/**
 * Thrown by who follows: the entry does not go on from the ones before. It is not lost by that: whoever
 * has the log looks at it anew, and gives the entry again where it is another one then.
 */
export class BrokenChain extends Error {
  override readonly name = "BrokenChain";
}
