/** One distribution: a picture of what it does, what is kept of it, and its configuration. Each part has a link. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import {
  deleteDistribution,
  readDistribution,
  updateDistribution,
  type Distribution,
} from "../api/distributions.ts";
import { findDeploymentOf } from "../api/staging.ts";
import { listTenants } from "../api/tenants.ts";
import { useData } from "../api/use-data.ts";
import { Button } from "../parts/button.tsx";
import { DeletionDialog } from "../parts/deletion-dialog.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { later } from "../parts/later.tsx";
import { until } from "../parts/step-list.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { notify, notifyTrouble } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";
import { Link } from "../way/link.tsx";
import { addCommands } from "../way/palette-commands.ts";
import { navigate } from "../way/router.ts";
import type { ViewProps } from "../way/view.ts";
import { BehaviorPicture } from "./behavior-picture.tsx";
import { DistributionStanding } from "./distribution-standing.tsx";

const CacheView = later(async () => (await import("./cache-view.tsx")).CacheView);
const Tenants = later(async () => (await import("./tenants.tsx")).Tenants);
const StagingView = later(async () => (await import("./staging-view.tsx")).StagingView);
const Configuration = later(async () => (await import("./configuration.tsx")).Configuration);

const everyMs = 4000;

type Tab = readonly [to: string, label: string];

/** Tenants have no staging, and others no tenants. */
function tabsOf(distribution: Distribution | undefined): readonly Tab[] {
  const isForTenants = distribution?.distribution_config.connection_mode === "tenant-only";
  return [
    ["", "Behaviors"],
    ["cache", "Cache"],
    isForTenants ? ["tenants", "Tenants"] : ["staging", "Staging"],
    ["configuration", "Configuration"],
  ];
}

export function DistributionPage({ params }: ViewProps): JSX.Element {
  const { id = "", tab = "" } = params;
  const distribution = useData(id, (signal) => readDistribution(id, signal), { everyMs });
  const [isDeleting, setDeleting] = useState(false);
  const tabs = tabsOf(distribution.data);
  const home = `/distributions/${encodeURIComponent(id)}`;
  useEffect(
    () =>
      addCommands("distribution", async () => [
        ...tabs.map(([to, label]) => ({
          ...{ id: `distribution ${to}`, label, group: id, icon: "distribution" as const },
          run: () => navigate(to === "" ? home : `${home}/${to}`),
        })),
        {
          ...{ id: "distribution delete", label: "Delete", group: id, icon: "trash" as const },
          run: () => setDeleting(true),
        },
      ]),
    [id, tabs.length, distribution.data === undefined],
  );
  const { data } = distribution;
  const { isBusy, run: enable } = useAction(
    async ({ distribution_config: config, etag }: Distribution) => {
      const changed = { ...config, enabled: !config.enabled };
      distribution.set(await updateDistribution(id, changed, etag));
      notify(config.enabled ? "Disabled: viewers are refused" : "Enabled: viewers are served");
    },
    (failure) => {
      notifyTrouble(failure);
      distribution.reload();
    },
  );
  if (data === undefined) {
    return distribution.error === undefined ? (
      <p class="quiet">Reading {id} …</p>
    ) : (
      <Trouble
        isPage
        error={distribution.error}
        doing={`read the distribution ${id}`}
        home={["/distributions", "All distributions"]}
        onRetry={distribution.reload}
      />
    );
  }
  const { distribution_config: config } = data;
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
        <div class="row">
          <Button
            kind="quiet"
            icon="trash"
            label="Delete this distribution"
            onClick={() => setDeleting(true)}
          />
          <Button
            icon={config.enabled ? "pause" : "play"}
            isBusy={isBusy}
            onClick={() => enable(data)}
          >
            {config.enabled ? "Disable" : "Enable"}
          </Button>
        </div>
      </header>
      <Tabs
        label={`Parts of ${id}`}
        tabs={tabs.map(([to, label]) => ({
          ...{ to: to === "" ? home : `${home}/${to}`, label, isCurrent: to === tab },
        }))}
      />
      <Part tab={tab} distribution={data} onChanged={distribution.set} />
      {isDeleting && (
        <Deletion
          distribution={data}
          onChanged={distribution.set}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  );
}

/** As CloudFront wants it: what is served can't be deleted, and edges have to know that it is not any more. */
function Deletion({
  distribution: { id, distribution_config: config },
  onChanged,
  onClose,
}: {
  readonly distribution: Distribution;
  readonly onChanged: (distribution: Distribution) => void;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <DeletionDialog
      name={id}
      onClose={onClose}
      onDone={() => {
        notify(`Deleted ${id}`);
        navigate("/distributions", { replaces: true });
      }}
      steps={[
        {
          label: "Disable it: viewers are refused",
          run: async () => {
            const now = await readDistribution(id);
            await refuseHeld(now);
            if (!now.distribution_config.enabled) return;
            const changed = { ...now.distribution_config, enabled: false };
            onChanged(await updateDistribution(id, changed, now.etag));
          },
        },
        {
          label: "Wait until all edges know it",
          run: (signal) =>
            until(async () => (await readDistribution(id)).status === "Deployed", signal),
        },
        {
          label: "Delete it",
          run: async () => deleteDistribution(id, (await readDistribution(id)).etag),
        },
      ]}
    >
      <p class="breaks">
        {config.aliases?.items?.length
          ? `Viewers of ${config.aliases.items.join(", ")} are served no more. `
          : "Its viewers are served no more. "}
        Functions, policies and key value stores that it uses stay.
      </p>
    </DeletionDialog>
  );
}

/**
 * Before its viewers are refused for nothing.
 *
 * @throws Error, when something has to go first
 */
async function refuseHeld(distribution: Distribution): Promise<void> {
  const { id, distribution_config: config, domain_name: domain } = distribution;
  if (config.staging === true) {
    if ((await findDeploymentOf(domain)) === undefined) return;
    throw new Error("A policy gives it viewers: end the trial first, under Staging of its primary");
  }
  if (config.continuous_deployment_policy_id) {
    throw new Error("A change is tried on it: end the trial first, under Staging");
  }
  if (config.connection_mode !== "tenant-only") return;
  const { items = [] } = await listTenants({ DistributionId: id });
  if (items.length > 0) {
    throw new Error("It has tenants: delete them first, under Tenants");
  }
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
    case "tenants":
      return <Tenants distribution={distribution} />;
    case "staging":
      return (
        <StagingView key={distribution.id} distribution={distribution} onChanged={onChanged} />
      );
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
