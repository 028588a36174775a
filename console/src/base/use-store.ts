import { useEffect, useState } from "preact/hooks";
import type { Store } from "./store.ts";

/** @returns the store's value, and draws anew when it is another */
export function useStore<Value>(store: Store<Value>): Value {
  const [value, setValue] = useState(() => store.value);
  useEffect(() => {
    setValue(() => store.value);
    return store.watch(() => setValue(() => store.value));
  }, [store]);
  return value;
}
