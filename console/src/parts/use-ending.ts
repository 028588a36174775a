import { useEffect, useRef } from "preact/hooks";

/** @returns a signal that is aborted when what asks for it is shown no more */
export function useEnding(): AbortSignal {
  const ending = useRef(new AbortController());
  useEffect(() => () => ending.current.abort(), []);
  return ending.current.signal;
}
