/** The comments that people give to what they create: distributions, policies, keys and the like. */
import { InvalidArgument } from "../model/errors.ts";

const mostCharacters = 128;

/** @throws InvalidArgument in AWS's words, for more than 128 characters (code points) */
export function checkComment(comment: string): void {
  const characters = Array.from(comment).length;
  if (characters <= mostCharacters) return;
  throw new InvalidArgument(
    `The parameter Comment is too big. It has ${characters} characters, and the limit is ${mostCharacters}`,
  );
}
