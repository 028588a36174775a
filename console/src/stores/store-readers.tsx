/** Which functions read a store, in the line below its name. */
import type { JSX } from "preact";
import { listFunctions } from "../api/functions.ts";
import { useData } from "../api/use-data.ts";
import { firstNames } from "../base/first-names.ts";
import { Link } from "../way/link.tsx";

export function StoreReaders({ arn }: { readonly arn: string }): JSX.Element | null {
  const functions = useData("functions", listFunctions);
  const readers = functions.data?.filter(({ keyValueStores }) => keyValueStores.includes(arn));
  if (functions.isReading) return null;
  if (readers === undefined) return <> · which functions read it could not be read</>;
  if (readers.length === 0) return <> · no function reads it</>;
  const { shown, rest } = firstNames(readers.map(({ name }) => name));
  return (
    <>
      {" · read by "}
      {shown.map((name, index) => (
        <span key={name}>
          {index > 0 && ", "}
          <Link to={`/functions/${encodeURIComponent(name)}`}>{name}</Link>
        </span>
      ))}
      {rest}
    </>
  );
}
