/** A part of a view whose code is loaded when it is shown. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { loadPart } from "../base/load-part.ts";
import { loadPageAgain } from "../base/load-page-again.ts";
import { Trouble } from "./trouble.tsx";

export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => JSX.Element | null {
  let known: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [Component, setComponent] = useState(() => known);
    const [error, setError] = useState<unknown>();
    useEffect(() => {
      if (known !== undefined) return;
      loadPart(load).then(
        (loaded) => {
          known = loaded;
          setComponent(() => loaded);
          setError(undefined);
        },
        (failure: unknown) => setError(failure),
      );
    }, []);
    if (error !== undefined) {
      return <Trouble error={error} doing="load this part" onRetry={() => void loadPageAgain()} />;
    }
    return Component === undefined ? null : <Component {...props} />;
  };
}
