/** The rule that all policies have for a choice of names: headers, cookies or query strings. */
import { ApiError, InvalidArgument } from "../../../model/errors.ts";
import type { ErrorCode } from "../../../schema/errors.ts";
import { isCookieName, isHeaderName, isQueryStringName } from "../../header-text.ts";

/** What the names are of, and whether a text can be one. */
const isName = {
  headers: isHeaderName,
  cookies: isCookieName,
  "query strings": isQueryStringName,
} as const;

export interface NameSelection {
  readonly of: keyof typeof isName;
  /** The API's names of the two members, like `CookieBehavior` and `Cookies`. */
  readonly members: readonly [behavior: string, names: string];
  readonly behavior: string | undefined;
  readonly names: readonly string[] | undefined;
  readonly most: number;
  readonly mostCharacters: number;
  readonly tooMany: ErrorCode;
}

/** Those that need names; the others must have none. */
const naming = new Set(["whitelist", "allExcept", "allViewerAndWhitelistCloudFront"]);

/** @throws InvalidArgument, the selection's `tooMany` error */
export function checkNameSelection(selection: NameSelection): void {
  const { behavior = "none", names = [], most, mostCharacters } = selection;
  const [behaviorMember, namesMember] = selection.members;
  if (naming.has(behavior) !== names.length > 0) {
    throw new InvalidArgument(
      `The parameter ${namesMember} must have names when ${behaviorMember} is ${[...naming].join(" or ")}, ` +
        `and none otherwise, got ${behaviorMember} "${behavior}" with ${names.length}`,
    );
  }
  if (names.length > most) {
    throw new ApiError(
      selection.tooMany,
      `${namesMember} has ${names.length} names, and the limit is ${most}`,
    );
  }
  const characters = names.join("").length;
  if (characters > mostCharacters) {
    throw new InvalidArgument(
      `The names in ${namesMember} have ${characters} characters in all, and the limit is ${mostCharacters}`,
    );
  }
  const wrong = names.find((name) => !isName[selection.of](name));
  if (wrong !== undefined) {
    throw new InvalidArgument(
      `The parameter ${namesMember} contains "${wrong}", which can be no name of ${selection.of}`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InvalidArgument(`The parameter ${namesMember} contains "${twice}" more than once`);
  }
}
