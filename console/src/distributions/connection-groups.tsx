/** The account's connection groups: the endpoints by which viewers reach tenants. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import {
  deleteGroup,
  readGroup,
  updateGroup,
  type ConnectionGroup,
} from "../api/connection-groups.ts";
import { listTenants } from "../api/tenants.ts";
import type { Loaded } from "../api/use-data.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { DeletionDialog } from "../parts/deletion-dialog.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { ConnectionGroupDialog } from "./connection-group-dialog.tsx";
import { groupName } from "./group-name.ts";

type Asking =
  | { readonly what: "new" }
  | { readonly what: "change" | "delete"; readonly group: ConnectionGroup };

export function ConnectionGroups({
  groups: { data: groups, error, isReading, reload },
}: {
  readonly groups: Loaded<readonly ConnectionGroup[]>;
}): JSX.Element {
  const [asking, setAsking] = useState<Asking>();
  const close = (): void => setAsking(undefined);
  const done = (): void => {
    close();
    reload();
  };
  return (
    <section class="card" aria-label="Connection groups">
      <div class="card-head">
        <h2>Connection groups</h2>
        <Button isSmall icon="plus" onClick={() => setAsking({ what: "new" })}>
          New group
        </Button>
      </div>
      {error !== undefined && <Trouble error={error} doing="read the connection groups" />}
      {isReading && <p class="card-body quiet">Reading the connection groups …</p>}
      {groups?.length === 0 && (
        <p class="card-body quiet">
          The first tenant without one gets the account's own, which is made then. All tenants of
          the account choose from these.
        </p>
      )}
      {groups !== undefined && groups.length > 0 && (
        <div class="table-card">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Group</th>
                <th scope="col">Endpoint</th>
                <th scope="col" class="is-mid">
                  State
                </th>
                <th scope="col">
                  <span class="unseen">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <tr key={group.id}>
                  <th scope="row" class="breaks">
                    {groupName(group)}
                    <span class="row-note is-mid">{group.id}</span>
                    {!group.enabled && <span class="row-note is-small-only">Disabled</span>}
                  </th>
                  <td class="mono breaks">{group.routing_endpoint}</td>
                  <td class="is-mid">
                    <Badge tone={group.enabled ? "good" : "neutral"}>
                      {group.enabled ? "Enabled" : "Disabled"}
                    </Badge>
                  </td>
                  <td>
                    <span class="row row-tight row-end">
                      <Button
                        isSmall
                        kind="quiet"
                        icon="edit"
                        label={`Change ${group.name}`}
                        onClick={() => setAsking({ what: "change", group })}
                      />
                      <Button
                        isSmall
                        kind="quiet"
                        icon="trash"
                        label={`Delete ${group.name}`}
                        onClick={() => setAsking({ what: "delete", group })}
                      />
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(asking?.what === "new" || asking?.what === "change") && (
        <ConnectionGroupDialog
          group={asking.what === "change" ? asking.group : undefined}
          onClose={close}
          onDone={done}
        />
      )}
      {asking?.what === "delete" && (
        <DeletionDialog
          name={asking.group.name}
          onClose={close}
          onDone={() => {
            notify(`Deleted ${asking.group.name}`);
            done();
          }}
          steps={[
            {
              label: "Disable it",
              run: async () => {
                await refuseUsed(asking.group);
                const { enabled, etag } = await readGroup(asking.group.id);
                if (enabled) await updateGroup(asking.group.id, { enabled: false }, etag);
              },
            },
            {
              label: "Delete it",
              run: async () =>
                deleteGroup(asking.group.id, (await readGroup(asking.group.id)).etag),
            },
          ]}
        >
          <p>Tenants that have it need another one first.</p>
        </DeletionDialog>
      )}
    </section>
  );
}

/**
 * Before the viewers of its tenants are refused for nothing.
 *
 * @throws Error, when a tenant has it
 */
async function refuseUsed({ id }: ConnectionGroup): Promise<void> {
  const { items = [] } = await listTenants({ ConnectionGroupId: id });
  if (items.length === 0) return;
  const names = items.slice(0, 3).map(({ name }) => name);
  const others = items.length > names.length ? " and others" : "";
  throw new Error(`${names.join(", ")}${others} would be without: give them another one first`);
}
