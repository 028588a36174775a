/** What every policy's name and comment must be. */
import { InvalidArgument } from "../../../model/errors.ts";
import { checkComment } from "../../comment.ts";

interface Named {
  readonly Name: string | undefined;
  readonly Comment?: string | undefined;
}

/** @throws InvalidArgument */
export function checkNameAndComment({ Name = "", Comment = "" }: Named): void {
  if (!/^[\w-]{1,128}$/.test(Name)) {
    throw new InvalidArgument(
      `The parameter Name must be 1 to 128 letters, digits, "-" and "_", got "${Name}"`,
    );
  }
  checkComment(Comment);
}
