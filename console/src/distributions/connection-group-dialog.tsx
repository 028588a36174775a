/** A connection group, new or there: whether it is reached by IPv6 too, and whether its tenants are served. */
import type { JSX } from "preact";
import {
  createGroup,
  readGroup,
  updateGroup,
  type ConnectionGroup,
  type GroupSettings,
} from "../api/connection-groups.ts";
import { CheckField } from "../parts/check-field.tsx";
import { ResourceDialog } from "../parts/resource-dialog.tsx";

export function ConnectionGroupDialog({
  group,
  onClose,
  onDone,
}: {
  /** Undefined for a new one. */
  readonly group: ConnectionGroup | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): JSX.Element {
  return (
    <ResourceDialog<GroupSettings>
      kind="connection group"
      first={group === undefined ? { enabled: true, ipv6: true } : settingsOf(group)}
      textOf={textOf}
      there={
        group && {
          name: group.name,
          read: async () => {
            const now = await readGroup(group.id);
            return { settings: settingsOf(now), etag: now.etag };
          },
          update: (settings, etag, signal) => updateGroup(group.id, settings, etag, signal),
        }
      }
      create={createGroup}
      onDone={onDone}
      onClose={onClose}
    >
      {({ enabled, ipv6 }, change) => (
        <>
          <CheckField
            label="By IPv6 too"
            checked={ipv6}
            onCheck={(isChecked) => change({ ipv6: isChecked })}
          />
          <CheckField
            label="Enabled"
            hint="Otherwise viewers of its tenants are refused"
            checked={enabled}
            onCheck={(isChecked) => change({ enabled: isChecked })}
          />
        </>
      )}
    </ResourceDialog>
  );
}

function settingsOf({ enabled, ipv6_enabled: ipv6 = true }: ConnectionGroup): GroupSettings {
  return { enabled, ipv6 };
}

function textOf({ enabled, ipv6 }: GroupSettings): string {
  return `${enabled ? "enabled" : "disabled"}\n${ipv6 ? "by IPv4 and IPv6" : "by IPv4 alone"}\n`;
}
