/** The tenants of a distribution: by whose domains viewers come. Made, changed, emptied of what is kept, and deleted. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { listGroups } from "../api/connection-groups.ts";
import type { Distribution } from "../api/distributions.ts";
import {
  deleteTenant,
  listTenants,
  readTenant,
  updateTenant,
  type Tenant,
} from "../api/tenants.ts";
import { useData } from "../api/use-data.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { DeletionDialog } from "../parts/deletion-dialog.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { ConnectionGroups } from "./connection-groups.tsx";
import { groupName } from "./group-name.ts";
import { TenantDialog } from "./tenant-dialog.tsx";
import { TenantInvalidation } from "./tenant-invalidation.tsx";

type Asking =
  | { readonly what: "new" }
  | { readonly what: "change" | "invalidate" | "delete"; readonly tenant: Tenant };

const everyMs = 5000;

export function Tenants({ distribution }: { readonly distribution: Distribution }): JSX.Element {
  const { id } = distribution;
  const tenants = useData(
    `tenants ${id}`,
    (signal) => listTenants({ DistributionId: id }, signal),
    { everyMs },
  );
  const groups = useData("connection groups", listGroups, { everyMs });
  const [asking, setAsking] = useState<Asking>();
  const close = (): void => setAsking(undefined);
  const changed = (): void => {
    close();
    tenants.reload();
    groups.reload();
  };
  const { items = [], next_marker: more } = tenants.data ?? {};
  const add = (
    <Button kind="primary" icon="plus" onClick={() => setAsking({ what: "new" })}>
      New tenant
    </Button>
  );
  const nameOf = (id: string | undefined): string => {
    const group = groups.data?.find((each) => each.id === id);
    return group === undefined ? (id ?? "–") : groupName(group);
  };
  return (
    <div class="stack">
      {tenants.error !== undefined && (
        <Trouble error={tenants.error} doing="read its tenants" onRetry={tenants.reload} />
      )}
      {tenants.isReading && <p class="quiet">Reading its tenants …</p>}
      {tenants.data !== undefined && items.length === 0 && (
        <EmptyState icon="distribution" title="It has no tenants yet" actions={add}>
          <p>
            Each tenant brings domains of its own, and has all that this distribution is configured
            to do.
          </p>
        </EmptyState>
      )}
      {items.length > 0 && (
        <section class="card" aria-label="Tenants">
          <div class="card-head">
            <h2>Tenants</h2>
            {add}
          </div>
          <div class="table-card">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">Tenant</th>
                  <th scope="col">Domains</th>
                  <th scope="col" class="is-wide">
                    Connection group
                  </th>
                  <th scope="col" class="is-mid">
                    State
                  </th>
                  <th scope="col">
                    <span class="unseen">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((tenant) => (
                  <TenantRow
                    key={tenant.id}
                    tenant={tenant}
                    group={nameOf(tenant.connection_group_id)}
                    onAsk={setAsking}
                  />
                ))}
              </tbody>
            </table>
            {more !== undefined && (
              <p class="table-more">There are more than these {items.length}.</p>
            )}
          </div>
        </section>
      )}
      <ConnectionGroups groups={groups} />
      {(asking?.what === "new" || asking?.what === "change") && (
        <TenantDialog
          distribution={distribution}
          groups={groups}
          tenant={asking.what === "change" ? asking.tenant : undefined}
          onClose={close}
          onDone={changed}
        />
      )}
      {asking?.what === "invalidate" && (
        <TenantInvalidation tenant={asking.tenant} onClose={close} />
      )}
      {asking?.what === "delete" && (
        <TenantDeletion tenant={asking.tenant} onClose={close} onDone={changed} />
      )}
    </div>
  );
}

function TenantRow({
  tenant,
  group,
  onAsk,
}: {
  readonly tenant: Tenant;
  readonly group: string;
  readonly onAsk: (asking: Asking) => void;
}): JSX.Element {
  const { id, name, enabled, domains } = tenant;
  return (
    <tr>
      <th scope="row" class="breaks">
        {name}
        <span class="row-note is-mid">{id}</span>
        {!enabled && <span class="row-note is-small-only">Disabled</span>}
      </th>
      <td class="mono breaks">
        {domains.map(({ domain }) => (
          <div key={domain}>{domain}</div>
        ))}
      </td>
      <td class="is-wide breaks">{group}</td>
      <td class="is-mid">
        <Badge tone={enabled ? "good" : "neutral"}>{enabled ? "Enabled" : "Disabled"}</Badge>
      </td>
      <td>
        <span class="row row-tight row-end">
          <Button
            isSmall
            kind="quiet"
            icon="edit"
            label={`Change ${name}`}
            onClick={() => onAsk({ what: "change", tenant })}
          />
          <Button
            isSmall
            kind="quiet"
            icon="renew"
            label={`Invalidate what is kept of ${name}`}
            onClick={() => onAsk({ what: "invalidate", tenant })}
          />
          <Button
            isSmall
            kind="quiet"
            icon="trash"
            label={`Delete ${name}`}
            onClick={() => onAsk({ what: "delete", tenant })}
          />
        </span>
      </td>
    </tr>
  );
}

function TenantDeletion({
  tenant: { id, name, domains },
  onClose,
  onDone,
}: {
  readonly tenant: Tenant;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): JSX.Element {
  return (
    <DeletionDialog
      name={name}
      onClose={onClose}
      onDone={() => {
        notify(`Deleted ${name}`);
        onDone();
      }}
      steps={[
        {
          label: "Disable it: its viewers are refused",
          run: async () => {
            const { enabled, etag } = await readTenant(id);
            if (enabled) await updateTenant(id, { enabled: false }, etag);
          },
        },
        {
          label: "Delete it",
          run: async () => deleteTenant(id, (await readTenant(id)).etag),
        },
      ]}
    >
      <p class="breaks">
        Viewers of {domains.map(({ domain }) => domain).join(", ")} are served no more.
      </p>
    </DeletionDialog>
  );
}
