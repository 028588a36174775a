/** Answers the guest's questions about a function's key value store; guest/cloudfront.ts asks them. */
import type { AnswerStoreQuestion } from "./blank-isolate.ts";
import type { KeyValueReader } from "./function-runtime.ts";

/** @returns what answers from a store; an empty answer says that there is none, or no such key */
export function storeAnswers(store: KeyValueReader | undefined): AnswerStoreQuestion {
  if (store === undefined) return noStore;
  return (question, key) => {
    switch (question) {
      case "id":
        return `+${store.id}`;
      case "get": {
        const value = store.get(key);
        return value === undefined ? "" : `+${value}`;
      }
      default:
        return `+${JSON.stringify({
          creationDateTime: store.createdTime,
          lastUpdatedDateTime: store.lastUpdatedTime,
          keyCount: store.keyCount,
        })}`;
    }
  };
}

const noStore: AnswerStoreQuestion = () => "";
