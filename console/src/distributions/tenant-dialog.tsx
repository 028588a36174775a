/** A tenant, new or there: its domains, its connection group, whether it is served, and what it has of its own. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { ConnectionGroup } from "../api/connection-groups.ts";
import type { Distribution, ParameterDefinition } from "../api/distributions.ts";
import { createTenant, readTenant, updateTenant, type Tenant } from "../api/tenants.ts";
import type { Loaded } from "../api/use-data.ts";
import { CheckField } from "../parts/check-field.tsx";
import { Field } from "../parts/field.tsx";
import { ResourceDialog } from "../parts/resource-dialog.tsx";
import { TextField } from "../parts/text-field.tsx";
import { groupName } from "./group-name.ts";
import { tenantForm, tenantLines, tenantSettings, type TenantForm } from "./tenant-form.ts";

export function TenantDialog({
  distribution: { id: distribution, distribution_config: config },
  groups,
  tenant,
  onClose,
  onDone,
}: {
  readonly distribution: Distribution;
  readonly groups: Loaded<readonly ConnectionGroup[]>;
  /** Undefined for a new one. */
  readonly tenant: Tenant | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): JSX.Element {
  const definitions = config.tenant_config?.parameter_definitions ?? [];
  // Of a new tenant the account's own is what stands first.
  const choices = (groups.data ?? []).filter(
    (group) => tenant !== undefined || group.is_default !== true,
  );
  const hint = groups.isReading
    ? "Reading which there are"
    : groups.data === undefined
      ? "They could not be read"
      : "By whose endpoint viewers reach it";
  const written = (form: TenantForm) => tenantSettings(form, definitions);
  return (
    <ResourceDialog<TenantForm>
      kind="tenant"
      first={tenantForm(tenant)}
      textOf={(form) => tenantLines(written(form), groups.data ?? [])}
      there={
        tenant && {
          name: tenant.name,
          read: async () => {
            const now = await readTenant(tenant.id);
            return { settings: tenantForm(now), etag: now.etag };
          },
          update: (form, etag, signal) => updateTenant(tenant.id, written(form), etag, signal),
        }
      }
      isReady={!groups.isReading}
      create={(name, form, signal) => createTenant(distribution, name, written(form), signal)}
      onDone={onDone}
      onClose={onClose}
    >
      {(form, change) => (
        <>
          <Field label="Domains" hint="One a line; no other distribution or tenant may have them">
            {(id) => (
              <textarea
                id={id}
                class="input mono"
                required
                spellcheck={false}
                placeholder="shop.example.com"
                value={form.domains}
                onInput={(event) => change({ domains: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label="Connection group" hint={hint}>
            {(id) => (
              <select
                id={id}
                class="select"
                value={form.connectionGroup}
                onChange={(event) => change({ connectionGroup: event.currentTarget.value })}
              >
                {tenant === undefined && (
                  <option value="">{groups.isReading ? "Reading …" : "The account's own"}</option>
                )}
                {form.connectionGroup !== "" &&
                  !choices.some(({ id }) => id === form.connectionGroup) && (
                    <option value={form.connectionGroup}>
                      {groups.isReading ? "Reading …" : form.connectionGroup}
                    </option>
                  )}
                {choices.map((group) => (
                  <option key={group.id} value={group.id}>
                    {groupName(group)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <CheckField
            label="Enabled"
            hint="Otherwise its viewers are refused"
            checked={form.enabled}
            onCheck={(enabled) => change({ enabled })}
          />
          {definitions.length > 0 && (
            <Parameters
              definitions={definitions}
              values={form.parameters}
              onChange={(parameters) => change({ parameters })}
            />
          )}
          <Customizations form={form} change={change} />
        </>
      )}
    </ResourceDialog>
  );
}

/** A field for each that the distribution defines. */
function Parameters({
  definitions,
  values,
  onChange,
}: {
  readonly definitions: readonly ParameterDefinition[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}): JSX.Element {
  return (
    <fieldset class="form-part stack">
      <legend>Parameters</legend>
      {definitions.map(({ name, definition: { string_schema: schema } }) => {
        const standard = schema?.default_value ?? "";
        const isRequired = schema?.required === true && standard === "";
        return (
          <TextField
            key={name}
            label={name}
            hint={schema?.comment || (isRequired ? undefined : "Not required")}
            isCode
            required={isRequired}
            maxLength={256}
            placeholder={standard}
            value={values[name] ?? ""}
            onText={(value) => onChange({ ...values, [name]: value })}
          />
        );
      })}
    </fieldset>
  );
}

function Customizations({
  form: { certificate, webAcl, webAclArn, geography, countries },
  change,
}: {
  readonly form: TenantForm;
  readonly change: (changed: Partial<TenantForm>) => void;
}): JSX.Element {
  // What has been opened stays so when the last of it is taken away.
  const isOpen = useRef(false);
  isOpen.current ||= certificate !== "" || webAcl !== "same" || geography !== "same";
  return (
    <details class="form-part" open={isOpen.current}>
      <summary>In the place of its distribution's settings</summary>
      <div class="stack">
        <Field label="Countries" hint="By what the edge knows of the viewer's address">
          {(id) => (
            <select
              id={id}
              class="select"
              value={geography}
              onChange={(event) =>
                change({ geography: event.currentTarget.value as TenantForm["geography"] })
              }
            >
              <option value="same">As its distribution has them</option>
              <option value="none">All are served</option>
              <option value="whitelist">These alone are served</option>
              <option value="blacklist">All but these are served</option>
            </select>
          )}
        </Field>
        {(geography === "whitelist" || geography === "blacklist") && (
          <TextField
            label="Which"
            hint="ISO 3166-1 codes, with commas between"
            isCode
            required
            pattern="\s*[A-Za-z]{2}([\s,]+[A-Za-z]{2})*[\s,]*"
            placeholder="DE, AT, CH"
            value={countries}
            onText={(text) => change({ countries: text })}
          />
        )}
        <TextField
          label="Certificate"
          hint="ARN of one of ACM in us-east-1, or empty for its distribution's. It is stored"
          isCode
          placeholder="arn:aws:acm:us-east-1:…"
          value={certificate}
          onText={(text) => change({ certificate: text })}
        />
        <Field label="Web ACL" hint="It is stored: no edge applies one">
          {(id) => (
            <select
              id={id}
              class="select"
              value={webAcl}
              onChange={(event) =>
                change({ webAcl: event.currentTarget.value as TenantForm["webAcl"] })
              }
            >
              <option value="same">Its distribution's</option>
              <option value="override">Another</option>
              <option value="disable">None</option>
            </select>
          )}
        </Field>
        {webAcl === "override" && (
          <TextField
            label="ARN of the web ACL"
            isCode
            required
            placeholder="arn:aws:wafv2:us-east-1:…"
            value={webAclArn}
            onText={(text) => change({ webAclArn: text })}
          />
        )}
      </div>
    </details>
  );
}
