/** One function: its code, and what has been published of it. */
import type { JSX } from "preact";
import { readCode, readVersions } from "../api/functions.ts";
import { useData } from "../api/use-data.ts";
import { byteSize } from "../base/quantities.ts";
import { Badge } from "../parts/badge.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import type { ViewProps } from "../way/view.ts";

const versionsMs = 3000;

export function FunctionPage({ params }: ViewProps): JSX.Element {
  const { name = "" } = params;
  const versions = useData(name, (signal) => readVersions(name, signal), { everyMs: versionsMs });
  const code = useData(
    versions.data && `${name} ${versions.data.development.etag}`,
    async (signal) => readCode(name, "DEVELOPMENT", signal),
  );
  const error = versions.error ?? code.error;
  const live = versions.data?.live;
  return (
    <>
      <header class="page-head">
        <div>
          <p class="crumbs">
            <Link to="/functions">Functions</Link>
          </p>
          <h1>{name}</h1>
        </div>
        <div class="row">
          {code.data && <Badge>{code.data.runtime}</Badge>}
          {live ? (
            <Badge tone="good">LIVE: version {live.version}</Badge>
          ) : (
            <Badge>Unpublished</Badge>
          )}
        </div>
      </header>
      {error !== undefined && (
        <Trouble error={error} doing="read the function" onRetry={versions.reload} />
      )}
      {code.data && (
        <section class="card">
          <div class="card-head">
            <h2>DEVELOPMENT</h2>
            <span class="quiet num">{byteSize(code.data.size_bytes)}</span>
          </div>
          <pre class="source" tabIndex={0}>
            {code.data.source}
          </pre>
        </section>
      )}
    </>
  );
}
