/** All distributions: their host names, what they are, and what they run. */
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { listDistributions, type ListedDistribution } from "../api/distributions.ts";
import { useData } from "../api/use-data.ts";
import { ago } from "../base/quantities.ts";
import { useStore } from "../base/use-store.ts";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { FilterBar } from "../parts/filter-bar.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { navigate, place } from "../way/router.ts";
import { behaviorsOf, functionNames } from "./behaviors.ts";
import { DistributionStanding } from "./distribution-standing.tsx";
import { NewDistribution } from "./new-distribution.tsx";

const everyMs = 10_000;
/** Rows that are drawn at first, and more each time. */
const rowsAtOnce = 50;

export function DistributionList(): JSX.Element {
  const { query } = useStore(place);
  const [search, setSearch] = useState("");
  const [shownMax, setShownMax] = useState(rowsAtOnce);
  const distributions = useData("distributions", listDistributions, { everyMs });
  const all = distributions.data;
  const found = useMemo(() => filtered(all ?? [], search), [all, search]);
  const openNew = (): void => navigate("/distributions?new");
  return (
    <>
      <header class="page-head">
        <div>
          <h1>Distributions</h1>
          <p class="quiet">A site each: its host names, its paths, and what runs on them.</p>
        </div>
        <Button kind="primary" icon="plus" onClick={openNew}>
          New distribution
        </Button>
      </header>
      {distributions.error !== undefined && all === undefined && (
        <Trouble
          error={distributions.error}
          doing="read the distributions"
          onRetry={distributions.reload}
        />
      )}
      {all === undefined && distributions.error === undefined && (
        <p class="quiet">Reading the distributions …</p>
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
        <>
          <FilterBar
            of="distributions"
            by="host, comment or id"
            search={search}
            onSearch={setSearch}
            found={found.length}
            all={all.length}
          />
          <div class="card table-card">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">Distribution</th>
                  <th scope="col">State</th>
                  <th scope="col" class="is-mid">
                    Behaviors
                  </th>
                  <th scope="col" class="is-wide">
                    Functions
                  </th>
                  <th scope="col" class="is-wide">
                    Origins
                  </th>
                  <th scope="col" class="is-mid">
                    Changed
                  </th>
                </tr>
              </thead>
              <tbody>
                {found.slice(0, shownMax).map((each) => (
                  <Row key={each.id} distribution={each} />
                ))}
              </tbody>
            </table>
            {found.length > shownMax && (
              <p class="table-more row">
                <Button isSmall onClick={() => setShownMax((before) => before + rowsAtOnce)}>
                  Show more
                </Button>
                {found.length - shownMax} are left; a part of the name finds them, too.
              </p>
            )}
            {found.length === 0 && <p class="table-more">No distribution is called so.</p>}
          </div>
        </>
      )}
      {query.has("new") && (
        <NewDistribution onClose={() => navigate("/distributions", { replaces: true })} />
      )}
    </>
  );
}

function filtered(
  all: readonly ListedDistribution[],
  search: string,
): readonly ListedDistribution[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ id, domain_name: domain, comment = "", aliases }) => {
    const text = [id, domain, comment, ...(aliases?.items ?? [])].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function Row({ distribution }: { readonly distribution: ListedDistribution }): JSX.Element {
  const { id, domain_name: domain, comment = "", aliases, origins } = distribution;
  // A distribution of tenants has none.
  const own = domain === "-" ? id : domain;
  const [first = own, ...others] = aliases?.items ?? [];
  const names = [...new Set(behaviorsOf(distribution).flatMap((each) => functionNames(each)))];
  return (
    <tr>
      <th scope="row">
        <Link to={`/distributions/${id}`} class="row-link breaks">
          {comment === "" ? first : comment}
        </Link>
        <span class="row-note">
          {comment === "" ? id : first}
          {others.length > 0 && ` and ${others.length} more`}
        </span>
      </th>
      <td>
        <DistributionStanding distribution={distribution} />
      </td>
      <td class="is-mid num">{behaviorsOf(distribution).length}</td>
      <td class="is-wide breaks">{names.length === 0 ? "–" : names.join(", ")}</td>
      <td class="is-wide breaks">
        {(origins.items ?? []).map(({ domain_name: host }) => host).join(", ")}
      </td>
      <td class="is-mid quiet nowrap">{ago(distribution.last_modified_time, Date.now())}</td>
    </tr>
  );
}
