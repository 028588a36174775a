/** A tenant, new or there: its domains, its connection group, and whether it is served. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isConflict } from "../api/api-refusal.ts";
import {
  createTenant,
  readTenant,
  updateTenant,
  type ConnectionGroup,
  type ReadTenant,
  type Tenant,
} from "../api/tenants.ts";
import { Button } from "../parts/button.tsx";
import { Conflict } from "../parts/conflict.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";

interface Settings {
  /** One a line. */
  readonly domains: string;
  readonly connectionGroup: string;
  readonly enabled: boolean;
}

export function TenantDialog({
  distribution,
  groups,
  tenant,
  onClose,
  onDone,
}: {
  readonly distribution: string;
  readonly groups: readonly ConnectionGroup[];
  /** Undefined for a new one. */
  readonly tenant: Tenant | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): JSX.Element {
  const [name, setName] = useState(tenant?.name ?? "");
  const [settings, setSettings] = useState(() => settingsOf(tenant));
  const [etag, setEtag] = useState<string>();
  const [theirs, setTheirs] = useState<ReadTenant>();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { domains, connectionGroup, enabled } = settings;
  const change = (next: Partial<Settings>): void => setSettings({ ...settings, ...next });
  // What is shown came from a list, and may be older than its ETag.
  useEffect(() => {
    if (tenant === undefined) return;
    readTenant(tenant.id).then(
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
    const written = {
      ...{ connectionGroup, enabled },
      domains: domains.split(/[\s,]+/).filter((domain) => domain !== ""),
    };
    try {
      if (tenant === undefined) await createTenant(distribution, name, written);
      else await updateTenant(tenant.id, written, etag ?? "");
      notify(tenant === undefined ? `Made ${name}` : `Saved ${name}`);
      onDone();
    } catch (failure) {
      if (tenant !== undefined && isConflict(failure)) {
        setTheirs(await readTenant(tenant.id).catch(() => undefined));
      } else setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={tenant === undefined ? "New tenant" : `Tenant ${tenant.name}`}
      onClose={onClose}
      onSubmit={() => void submit()}
      isWide={theirs !== undefined}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            isBusy={isBusy}
            disabled={theirs !== undefined || (tenant !== undefined && etag === undefined)}
          >
            {tenant === undefined ? "Create" : "Save"}
          </Button>
        </>
      }
    >
      {error !== undefined && (
        <Trouble error={error} doing={tenant === undefined ? "make the tenant" : "save it"} />
      )}
      {theirs !== undefined && (
        <Conflict
          theirs={textOf(settingsOf(theirs))}
          mine={textOf(settings)}
          onTake={() => {
            setSettings(settingsOf(theirs));
            setEtag(theirs.etag);
            setTheirs(undefined);
          }}
          onKeep={() => {
            setEtag(theirs.etag);
            setTheirs(undefined);
          }}
        />
      )}
      {tenant === undefined && (
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
      <Field label="Domains" hint="One a line; no other distribution or tenant may have them">
        {(id) => (
          <textarea
            id={id}
            class="input mono"
            required
            spellcheck={false}
            placeholder="shop.example.com"
            value={domains}
            onInput={(event) => change({ domains: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Connection group" hint="By whose endpoint viewers reach it">
        {(id) => (
          <select
            id={id}
            class="select"
            value={connectionGroup}
            onChange={(event) => change({ connectionGroup: event.currentTarget.value })}
          >
            {tenant === undefined && <option value="">The account's own</option>}
            {groups.map((group) => (
              <option key={group.id} value={group.id}>
                {group.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
        <span>
          Enabled
          <span class="hint">Otherwise its viewers are refused</span>
        </span>
      </label>
    </Dialog>
  );
}

function settingsOf(tenant: Tenant | undefined): Settings {
  return {
    domains: (tenant?.domains ?? []).map(({ domain }) => domain).join("\n"),
    connectionGroup: tenant?.connection_group_id ?? "",
    enabled: tenant?.enabled ?? true,
  };
}

function textOf({ domains, connectionGroup, enabled }: Settings): string {
  const lines = domains.split(/[\s,]+/).map((domain) => `domain ${domain}`);
  return [
    ...lines,
    `connection group ${connectionGroup}`,
    enabled ? "enabled" : "disabled",
    "",
  ].join("\n");
}
