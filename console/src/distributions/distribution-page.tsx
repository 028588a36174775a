/** One distribution: a picture of what it does, what is kept of it, and its configuration. Each part has a link. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { readDistribution, updateDistribution, type Distribution } from "../api/distributions.ts";
import { useData } from "../api/use-data.ts";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { later } from "../parts/later.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { notify, notifyTrouble } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { addCommands } from "../way/palette-commands.ts";
import { navigate } from "../way/router.ts";
import type { ViewProps } from "../way/view.ts";
import { BehaviorPicture } from "./behavior-picture.tsx";
import { DistributionStanding } from "./distribution-standing.tsx";

const CacheView = later(async () => (await import("./cache-view.tsx")).CacheView);
const Configuration = later(async () => (await import("./configuration.tsx")).Configuration);

const everyMs = 4000;

const tabs = [
  ["", "Behaviors"],
  ["cache", "Cache"],
  ["configuration", "Configuration"],
] as const;

export function DistributionPage({ params }: ViewProps): JSX.Element {
  const { id = "", tab = "" } = params;
  const distribution = useData(id, (signal) => readDistribution(id, signal), { everyMs });
  const [isBusy, setBusy] = useState(false);
  const home = `/distributions/${encodeURIComponent(id)}`;
  useEffect(
    () =>
      addCommands("distribution", async () =>
        tabs.map(([to, label]) => ({
          ...{ id: `distribution ${to}`, label, group: id, icon: "distribution" as const },
          run: () => navigate(to === "" ? home : `${home}/${to}`),
        })),
      ),
    [id],
  );
  const { data } = distribution;
  if (data === undefined) {
    return distribution.error === undefined ? (
      <p class="quiet">Reading {id} …</p>
    ) : (
      <Trouble
        isPage
        error={distribution.error}
        doing={`read the distribution ${id}`}
        onRetry={distribution.reload}
      />
    );
  }
  const { distribution_config: config } = data;
  const enable = async (): Promise<void> => {
    setBusy(true);
    try {
      const changed = { ...config, enabled: !config.enabled };
      distribution.set(await updateDistribution(id, changed, data.etag));
      notify(config.enabled ? "Disabled: viewers are refused" : "Enabled: viewers are served");
    } catch (error) {
      notifyTrouble(error);
      distribution.reload();
    }
    setBusy(false);
  };
  return (
    <>
      <header class="page-head">
        <div>
          <p class="crumbs">
            <Link to="/distributions">Distributions</Link> / {id}
          </p>
          <div class="row">
            <h1 class="breaks">{config.comment || data.domain_name}</h1>
            <DistributionStanding distribution={{ ...config, status: data.status }} />
          </div>
        </div>
        <Button
          icon={config.enabled ? "pause" : "play"}
          isBusy={isBusy}
          onClick={() => void enable()}
        >
          {config.enabled ? "Disable" : "Enable"}
        </Button>
      </header>
      <Tabs
        label={`Parts of ${id}`}
        tabs={tabs.map(([to, label]) => ({
          ...{ to: to === "" ? home : `${home}/${to}`, label, isCurrent: to === tab },
        }))}
      />
      <Part tab={tab} distribution={data} onChanged={distribution.set} />
    </>
  );
}

function Part({
  tab,
  distribution,
  onChanged,
}: {
  readonly tab: string;
  readonly distribution: Distribution;
  readonly onChanged: (distribution: Distribution) => void;
}): JSX.Element {
  switch (tab) {
    case "":
      return <BehaviorPicture distribution={distribution} />;
    case "cache":
      return <CacheView distribution={distribution} />;
    case "configuration":
      return (
        <Configuration key={distribution.id} distribution={distribution} onChanged={onChanged} />
      );
    default:
      return (
        <EmptyState icon="info" title="A distribution has no such part">
          <p>
            <Link to={`/distributions/${distribution.id}`}>Go to its behaviors</Link>
          </p>
        </EmptyState>
      );
  }
}
