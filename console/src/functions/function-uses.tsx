/** Where a function runs: the cache behaviors that use it, each with a way to see it run. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { FunctionUse } from "../api/distributions.ts";
import { Badge } from "../parts/badge.tsx";
import { Icon } from "../parts/icon.tsx";
import { ListTable, type Column } from "../parts/list-table.tsx";
import { Link } from "../way/link.tsx";

/** Fewer are seen at a glance. */
const filteredFrom = 10;

export function FunctionUses({
  uses,
  edge,
}: {
  readonly uses: readonly FunctionUse[];
  /** Where this node serves viewers, as far as it is known. */
  readonly edge: URL | undefined;
}): JSX.Element {
  const columns = useMemo(() => columnsWith(edge), [edge]);
  return (
    <section aria-label="Where it runs">
      <ListTable
        of="behaviors"
        by="host, id or path pattern"
        filteredFrom={filteredFrom}
        items={uses}
        keyOf={({ distribution, pathPattern, eventType }) =>
          `${distribution} ${pathPattern} ${eventType}`
        }
        textOf={({ distribution, domainName, pathPattern }) =>
          `${domainName} ${distribution} ${pathPattern}`
        }
        columns={columns}
      />
    </section>
  );
}

function columnsWith(edge: URL | undefined): readonly Column<FunctionUse>[] {
  return [
    {
      name: "Distribution",
      cell: ({ distribution, domainName, pathPattern, eventType }) => (
        <>
          <Link
            to={`/distributions/${encodeURIComponent(distribution)}`}
            class="row-link mono breaks"
          >
            {domainName}
          </Link>
          <span class="row-note">
            {distribution}
            <span class="is-small-only">
              {" "}
              · {pathPattern} · {eventType}
            </span>
          </span>
        </>
      ),
    },
    {
      ...{ name: "Path pattern", room: "mid" },
      cell: ({ pathPattern }) => (pathPattern === "*" ? "Default (*)" : <code>{pathPattern}</code>),
    },
    {
      ...{ name: "Event", room: "mid" },
      cell: ({ eventType }) => <Badge>{eventType}</Badge>,
    },
    {
      ...{ name: "Open", isUnnamed: true, class: "ends" },
      cell: ({ domainName, pathPattern }) =>
        edge && (
          <a
            class="button button-plain is-small"
            href={addressAt(edge, domainName, pathPattern)}
            target="_blank"
            rel="noopener noreferrer"
          >
            <Icon name="external" />
            <span>Open</span>
          </a>
        ),
    },
  ];
}

/** @returns an address that the behavior takes, as far as its pattern begins with something plain */
function addressAt({ protocol, port }: URL, domainName: string, pathPattern: string): string {
  const path = pathPattern.replaceAll(/[*?].*$/g, "").replace(/^\/?/, "/");
  return `${protocol}//${domainName}${port === "" ? "" : `:${port}`}${path}`;
}
