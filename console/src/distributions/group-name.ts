import type { ConnectionGroup } from "../api/connection-groups.ts";

/** As one speaks of it: the account's own has a name that says nothing. */
export function groupName({ name, is_default: isDefault }: ConnectionGroup): string {
  return isDefault === true ? "The account's own" : name;
}
