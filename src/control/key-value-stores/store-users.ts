/** Who has a key value store, and so keeps it from being deleted. */
import { keyValueStoreIdOfArn } from "../../model/key-value-store.ts";
import { functionsUsingStore } from "../../state/associations.ts";
import { ownResources } from "../../state/resources.ts";
import type { State } from "../../state/state.ts";

/** @returns the functions and connection functions that name it in either stage, in words */
export function usersOfStore(state: State, storeId: string): readonly string[] {
  const connectionFunctions = ownResources(state, "connection-function").filter(
    ({ config, live }) =>
      [config, live?.config].some((copy) => {
        const [association] =
          copy?.ConnectionFunctionConfig?.KeyValueStoreAssociations?.Items ?? [];
        const arn = association?.KeyValueStoreARN ?? "";
        return keyValueStoreIdOfArn(arn, state.account) === storeId;
      }),
  );
  return [
    ...functionsUsingStore(state, storeId).map(({ name }) => `function ${name}`),
    ...connectionFunctions.map(({ config }) => `connection function ${config.Name}`),
  ];
}
