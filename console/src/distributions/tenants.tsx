/** The tenants of a distribution: by whose domains viewers come. */
import type { JSX } from "preact";
import { listTenants } from "../api/distribution-parts.ts";
import { useData } from "../api/use-data.ts";
import { Badge } from "../parts/badge.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Trouble } from "../parts/trouble.tsx";

export function Tenants({ distribution }: { readonly distribution: string }): JSX.Element {
  const tenants = useData(`tenants ${distribution}`, (signal) => listTenants(distribution, signal));
  if (tenants.error !== undefined) {
    return <Trouble error={tenants.error} doing="read its tenants" onRetry={tenants.reload} />;
  }
  const { items = [], next_marker: more } = tenants.data ?? {};
  if (tenants.data !== undefined && items.length === 0) {
    return (
      <EmptyState icon="distribution" title="It has no tenants yet">
        <p>
          Each tenant brings domains of its own:{" "}
          <code>
            aws cloudfront create-distribution-tenant --distribution-id {distribution} --name shop
            --domains Domain=shop.example.com
          </code>
        </p>
      </EmptyState>
    );
  }
  return (
    <section class="card" aria-label="Tenants">
      <div class="card-head">
        <h2>Tenants</h2>
      </div>
      <div class="table-card">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Tenant</th>
              <th scope="col">Domains</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ id, name, enabled, domains }) => (
              <tr key={id}>
                <th scope="row">
                  {name}
                  <span class="row-note">{id}</span>
                </th>
                <td class="mono breaks">{domains.map(({ domain }) => domain).join(", ")}</td>
                <td>
                  <Badge tone={enabled ? "good" : "neutral"}>
                    {enabled ? "Enabled" : "Disabled"}
                  </Badge>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {more !== undefined && <p class="table-more">There are more than these {items.length}.</p>}
      </div>
    </section>
  );
}
