/** The account's connection groups: the endpoints by which viewers reach tenants. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isConflict } from "../api/api-refusal.ts";
import {
  createGroup,
  deleteGroup,
  readGroup,
  updateGroup,
  type ConnectionGroup,
  type GroupSettings,
  type ReadGroup,
} from "../api/tenants.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Conflict } from "../parts/conflict.tsx";
import { DeletionDialog } from "../parts/deletion-dialog.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";

type Asking =
  | { readonly what: "new" }
  | { readonly what: "change" | "delete"; readonly group: ConnectionGroup };

export function ConnectionGroups({
  groups,
  error,
  onChanged,
}: {
  readonly groups: readonly ConnectionGroup[];
  readonly error: unknown;
  readonly onChanged: () => void;
}): JSX.Element {
  const [asking, setAsking] = useState<Asking>();
  const close = (): void => setAsking(undefined);
  const done = (): void => {
    close();
    onChanged();
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
      {groups.length === 0 ? (
        <p class="card-body quiet">
          The first tenant without one gets the account's own, which is made then. All tenants of
          the account choose from these.
        </p>
      ) : (
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
                    {group.name}
                    <span class="row-note is-mid">{group.id}</span>
                    {!group.enabled && <span class="row-note is-small-only">Disabled</span>}
                  </th>
                  <td class="mono breaks">{group.routing_endpoint}</td>
                  <td class="is-mid">
                    <span class="row row-tight">
                      <Badge tone={group.enabled ? "good" : "neutral"}>
                        {group.enabled ? "Enabled" : "Disabled"}
                      </Badge>
                      {group.is_default === true && <Badge>The account's own</Badge>}
                    </span>
                  </td>
                  <td>
                    <span class="row row-tight row-end">
                      <Button
                        isSmall
                        kind="quiet"
                        icon="more"
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
        <GroupDialog
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
          <p>No tenant may have it: give those that do another one first.</p>
        </DeletionDialog>
      )}
    </section>
  );
}

function GroupDialog({
  group,
  onClose,
  onDone,
}: {
  readonly group: ConnectionGroup | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): JSX.Element {
  const [name, setName] = useState(group?.name ?? "");
  const [settings, setSettings] = useState(() => settingsOf(group));
  const [etag, setEtag] = useState<string>();
  const [theirs, setTheirs] = useState<ReadGroup>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (group === undefined) return;
    readGroup(group.id).then(
      (read) => {
        setEtag(read.etag);
        setSettings(settingsOf(read));
      },
      (failure: unknown) => setError(failure),
    );
  }, []);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      if (group === undefined) await createGroup(name, settings);
      else await updateGroup(group.id, settings, etag ?? "");
      notify(group === undefined ? `Made ${name}` : `Saved ${name}`);
      onDone();
    } catch (failure) {
      if (group !== undefined && isConflict(failure)) {
        setTheirs(await readGroup(group.id).catch(() => undefined));
      } else setError(failure);
      setBusy(false);
    }
  };
  const leaveConflict = (read: ReadGroup): void => {
    setEtag(read.etag);
    setTheirs(undefined);
  };
  return (
    <Dialog
      title={group === undefined ? "New connection group" : `Connection group ${group.name}`}
      onClose={onClose}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            isBusy={isBusy}
            disabled={theirs !== undefined || (group !== undefined && etag === undefined)}
          >
            {group === undefined ? "Create" : "Save"}
          </Button>
        </>
      }
    >
      {error !== undefined && <Trouble error={error} doing="save the connection group" />}
      {theirs !== undefined && (
        <Conflict
          theirs={textOf(settingsOf(theirs))}
          mine={textOf(settings)}
          onTake={() => {
            setSettings(settingsOf(theirs));
            leaveConflict(theirs);
          }}
          onKeep={() => leaveConflict(theirs)}
        />
      )}
      {group === undefined && (
        <Field label="Name">
          {(id) => (
            <input
              id={id}
              class="input"
              required
              autofocus
              spellcheck={false}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={settings.ipv6}
          onChange={(event) => setSettings({ ...settings, ipv6: event.currentTarget.checked })}
        />
        <span>By IPv6 too</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={settings.enabled}
          onChange={(event) => setSettings({ ...settings, enabled: event.currentTarget.checked })}
        />
        <span>
          Enabled
          <span class="hint">Otherwise viewers of its tenants are refused</span>
        </span>
      </label>
    </Dialog>
  );
}

function settingsOf(group: ConnectionGroup | undefined): GroupSettings {
  return { enabled: group?.enabled ?? true, ipv6: group?.ipv6_enabled ?? true };
}

function textOf({ enabled, ipv6 }: GroupSettings): string {
  return `${enabled ? "enabled" : "disabled"}\n${ipv6 ? "by IPv4 and IPv6" : "by IPv4 alone"}\n`;
}
