/** All distributions: their host names, what they are, and what they run. */
import type { JSX } from "preact";
import { listDistributions, type ListedDistribution } from "../api/distributions.ts";
import { useData } from "../api/use-data.ts";
import { firstNames } from "../base/first-names.ts";
import { ago } from "../base/quantities.ts";
import { useStore } from "../base/use-store.ts";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { ListTable, type Column } from "../parts/list-table.tsx";
import { Skeleton } from "../parts/skeleton.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { navigate, place } from "../way/router.ts";
import { behaviorsOf, functionNames } from "./behaviors.ts";
import { DistributionStanding } from "./distribution-standing.tsx";
import { NewDistribution } from "./new-distribution.tsx";

const everyMs = 10_000;

export function DistributionList(): JSX.Element {
  const { query } = useStore(place);
  const distributions = useData("distributions", listDistributions, { everyMs });
  const all = distributions.data;
  const openNew = (): void => navigate("/distributions?new");
  return (
    <>
      <header class="page-head">
        <div>
          <h1>Distributions</h1>
          <p class="quiet">A site each: its host names, its paths, and what runs on them.</p>
        </div>
        {all?.length !== 0 && (
          <Button kind="primary" icon="plus" onClick={openNew}>
            New distribution
          </Button>
        )}
      </header>
      {distributions.error !== undefined && all === undefined && (
        <Trouble
          error={distributions.error}
          doing="read the distributions"
          onRetry={distributions.reload}
        />
      )}
      {all === undefined && distributions.error === undefined && (
        <Skeleton of="the distributions" />
      )}
      {all?.length === 0 && (
        <EmptyState
          icon="distribution"
          title="Make your first distribution"
          actions={
            <Button kind="primary" icon="plus" onClick={openNew}>
              New distribution
            </Button>
          }
        >
          <p>
            A distribution stands before an origin that you have: it runs your functions, keeps what
            may be kept, and answers viewers at a host name of its own. Four fields make one.
          </p>
        </EmptyState>
      )}
      {all !== undefined && all.length > 0 && (
        <ListTable
          of="distributions"
          by="host, comment or id"
          items={all}
          keyOf={({ id }) => id}
          textOf={({ id, domain_name: domain, comment = "", aliases }) =>
            [id, domain, comment, ...(aliases?.items ?? [])].join(" ")
          }
          columns={columns}
        />
      )}
      {query.has("new") && (
        <NewDistribution onClose={() => navigate("/distributions", { replaces: true })} />
      )}
    </>
  );
}

const columns: readonly Column<ListedDistribution>[] = [
  { name: "Distribution", cell: (distribution) => <Name distribution={distribution} /> },
  { name: "State", cell: (distribution) => <DistributionStanding distribution={distribution} /> },
  {
    ...{ name: "Behaviors", room: "mid", class: "num" },
    cell: (distribution) => behaviorsOf(distribution).length,
  },
  {
    ...{ name: "Functions", room: "wide", class: "breaks" },
    cell: (distribution) => {
      const names = new Set(behaviorsOf(distribution).flatMap((each) => functionNames(each)));
      const { shown, rest } = firstNames([...names]);
      return names.size === 0 ? "–" : `${shown.join(", ")}${rest}`;
    },
  },
  {
    ...{ name: "Origins", room: "wide", class: "breaks" },
    cell: ({ origins }) => (origins.items ?? []).map(({ domain_name: host }) => host).join(", "),
  },
  {
    ...{ name: "Changed", room: "mid", class: "quiet nowrap" },
    cell: ({ last_modified_time: at }) => ago(at, Date.now()),
  },
];

function Name({ distribution }: { readonly distribution: ListedDistribution }): JSX.Element {
  const { id, domain_name: domain, comment = "", aliases } = distribution;
  // A distribution of tenants has none.
  const own = domain === "-" ? id : domain;
  const [first = own, ...others] = aliases?.items ?? [];
  return (
    <>
      <Link to={`/distributions/${id}`} class="row-link breaks">
        {comment === "" ? first : comment}
      </Link>
      <span class="row-note">
        {comment === "" ? id : first}
        {others.length > 0 && ` and ${others.length} more`}
      </span>
    </>
  );
}
