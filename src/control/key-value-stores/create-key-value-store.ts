/** CreateKeyValueStore: a new store, empty or with what an import source holds. */
import { randomUUID } from "node:crypto";
import { ApiError } from "../../model/errors.ts";
import { etagOf } from "../../model/etag.ts";
import { keyValueStoreArn, type KeyValuePair } from "../../model/key-value-store.ts";
import type { InputOf } from "../../schema/operations.ts";
import type { State } from "../../state/state.ts";
import { locationOf } from "../location.ts";
import type { Operation, OperationContext } from "../operation.ts";
import { checkTags, tagsMember } from "../tags/check-tags.ts";
import type { Quotas } from "../quotas.ts";
import { findStore } from "./find-key-value-store.ts";
import { readImportApart } from "./read-import-apart.ts";
import { keyValueStoreOutput } from "./key-value-store-output.ts";

/**
 * Answers PROVISIONING, as CloudFront does, and the store is READY from then on: an import is read
 * before the answer, so that one that fails is refused and leaves nothing behind.
 * A comment that was not given is not answered either: Terraform takes an empty one for a change.
 *
 * @throws EntityAlreadyExists, EntityLimitExceeded, InvalidTagging
 * @throws InvalidArgument, EntitySizeLimitExceeded, when what is to be imported cannot be
 */
export const createKeyValueStore: Operation<"CreateKeyValueStore"> = async (input, context) => {
  const name = input.Name ?? "";
  const tags = checkTags(input.Tags, context.quotas);
  requireRoomFor(name, context.state(), context.quotas);
  const pairs = await importedPairs(input.ImportSource, context);
  const id = randomUUID();

  const state = await context.commit((current) => {
    requireRoomFor(name, current, context.quotas);
    const comment = input.Comment === undefined ? {} : { comment: input.Comment };
    return { type: "key-value-store-created", id, name, ...comment, pairs, ...tagsMember(tags) };
  });

  const store = state.keyValueStores.get(id)!;
  return {
    KeyValueStore: keyValueStoreOutput(store, state.account, "PROVISIONING"),
    ETag: etagOf(store.version),
    Location: locationOf("key-value-store", keyValueStoreArn(state.account, id)),
  };
};

function requireRoomFor(name: string, state: State, quotas: Quotas): void {
  if (findStore(state, name) !== undefined) {
    throw new ApiError("EntityAlreadyExists", `A key value store named "${name}" already exists`);
  }
  const { size } = state.keyValueStores;
  if (size >= quotas.keyValueStoresPerAccount) {
    throw new ApiError(
      "EntityLimitExceeded",
      `The account has ${size} key value stores, and the limit is ${quotas.keyValueStoresPerAccount}`,
    );
  }
}

async function importedPairs(
  source: InputOf<"CreateKeyValueStore">["ImportSource"],
  { readImportSource, quotas }: OperationContext,
): Promise<readonly KeyValuePair[]> {
  if (source === undefined) return [];
  const arn = source.SourceARN ?? "";
  const bytes = await readImportSource(arn, quotas.importSourceBytes);
  return readImportApart({ arn, bytes, quotas });
}
