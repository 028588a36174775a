/** One function: its code, what of it is published, and what may be done with it. Each part has a link. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { isConflict } from "../api/api-refusal.ts";
import { readVersions, type Versions } from "../api/functions.ts";
import { useData } from "../api/use-data.ts";
import { percent } from "../base/quantities.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { later } from "../parts/later.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { notify, notifyTrouble } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { addCommands } from "../way/palette-commands.ts";
import { guardPage, navigate } from "../way/router.ts";
import type { ViewProps } from "../way/view.ts";
import { PublishDialog } from "./publish-dialog.tsx";
import { SettingsDialog } from "./settings-dialog.tsx";
import { useDraft, type Draft } from "./use-draft.ts";
import { HistoryView, UndoDialog } from "./history-view.tsx";

const Workbench = later(async () => (await import("./workbench.tsx")).Workbench);
const Compare = later(async () => (await import("./compare.tsx")).Compare);
const Rollout = later(async () => (await import("./rollout.tsx")).Rollout);
const Viewers = later(async () => (await import("./viewers.tsx")).Viewers);
const Rehearsal = later(async () => (await import("./rehearsal.tsx")).Rehearsal);
const FunctionLogs = later(async () => (await import("./function-logs.tsx")).FunctionLogs);

const versionsMs = 2500;

const tabs = [
  ["", "Code"],
  ["compare", "Compare"],
  ["rollout", "Rollout"],
  ["history", "History"],
  ["viewers", "Viewers"],
  ["logs", "Logs"],
  ["rehearsal", "Rehearsal"],
] as const;

/** The number is the version to which is gone back. */
type Asking = "publish" | "settings" | number | undefined;

export function FunctionPage({ params }: ViewProps): JSX.Element {
  const { name = "", tab = "" } = params;
  const versions = useData(name, (signal) => readVersions(name, signal), { everyMs: versionsMs });
  const { draft, error, reload } = useDraft(name, versions.data?.development.etag);
  const [asking, setAsking] = useState<Asking>();
  const [isSaving, setSaving] = useState(false);
  const home = `/functions/${encodeURIComponent(name)}`;

  const save = async (): Promise<boolean> => {
    if (draft === undefined || isSaving) return false;
    if (!draft.isChanged) return true;
    setSaving(true);
    saving.current = put(draft).finally(() => {
      setSaving(false);
      versions.reload();
    });
    return saving.current;
  };
  const saving = useRef<Promise<boolean> | undefined>(undefined);
  const publish = async (): Promise<void> => {
    if (await (isSaving ? saving.current : save())) setAsking("publish");
  };
  // The palette may have been opened while a save was going on, and run its command when it is over.
  const latest = useRef({ save, publish });
  latest.current = { save, publish };
  useEffect(
    () => guardPage(() => (draft?.isChanged === true ? "There are changes not saved" : undefined)),
    [draft?.isChanged],
  );
  useEffect(
    () =>
      addCommands("function", async () => [
        {
          ...{ id: "save", label: "Save", group: name, icon: "save" as const, keys: "Ctrl S" },
          run: () => void latest.current.save(),
        },
        {
          ...{ id: "publish", label: "Publish", group: name, icon: "publish" as const },
          run: () => void latest.current.publish(),
        },
        {
          ...{ id: "undo", label: "Undo the last publish", group: name, icon: "undo" as const },
          run: () => setAsking(versions.data?.goes_back_to),
        },
        {
          ...{ id: "settings", label: "Settings", group: name, icon: "settings" as const },
          run: () => setAsking("settings"),
        },
        ...tabs.map(([to, label]) => ({
          ...{ id: `tab ${to}`, label, group: name, icon: "right" as const },
          run: () => navigate(to === "" ? home : `${home}/${to}`),
        })),
      ]),
    [name, draft, versions.data],
  );

  const failure = versions.error ?? error;
  if (versions.data === undefined || draft === undefined) {
    return failure === undefined ? (
      <p class="quiet">Reading {name} …</p>
    ) : (
      <Trouble
        isPage
        error={failure}
        doing={`read the function ${name}`}
        home={["/functions", "All functions"]}
        onRetry={versions.data === undefined ? versions.reload : reload}
      />
    );
  }
  const { data } = versions;
  return (
    <>
      <header class="page-head">
        <div>
          <p class="crumbs">
            <Link to="/functions">Functions</Link>
          </p>
          <div class="row">
            <h1 class="fn-name">{name}</h1>
            <Standing versions={data} />
          </div>
        </div>
        <div class="row">
          <Button icon="settings" label="Settings" onClick={() => setAsking("settings")} />
          {data.goes_back_to !== undefined && (
            <Button icon="undo" onClick={() => setAsking(data.goes_back_to)}>
              Undo publish
            </Button>
          )}
          <Button
            icon="save"
            title="Ctrl S"
            isBusy={isSaving}
            disabled={!draft.isChanged}
            onClick={() => void save()}
          >
            Save
          </Button>
          <Button
            kind="primary"
            icon="publish"
            disabled={data.development.is_published && !draft.isChanged}
            onClick={() => void publish()}
          >
            Publish
          </Button>
        </div>
      </header>
      <Tabs
        label={`Parts of ${name}`}
        tabs={tabs.map(([to, label]) => ({
          to: to === "" ? home : `${home}/${to}`,
          label,
          isCurrent: to === tab,
          ...(to === "rollout" && data.live?.reason === "waves" && isSplit(data)
            ? { mark: "on" }
            : {}),
          ...(to === "history" && data.items.length > 0 ? { mark: data.items.length } : {}),
        }))}
      />
      <Part
        {...{ name, tab, draft, versions: data }}
        onSave={() => void save()}
        onPublish={() => void publish()}
        onChanged={versions.set}
      />
      {asking === "publish" && (
        <PublishDialog
          name={name}
          versions={data}
          developmentEtag={draft.baseEtag}
          onClose={() => setAsking(undefined)}
          onPublished={(next, isInWaves) => {
            versions.set(next);
            setAsking(undefined);
            if (data.live === undefined) {
              // Only what is LIVE can be used, so it has no viewers yet.
              notify("Published. Now give it viewers: no distribution runs it yet");
              navigate(`${home}/viewers`);
              return;
            }
            notify(isInWaves ? "The first wave has begun" : "Published: all viewers get it");
            if (isInWaves) navigate(`${home}/rollout`);
          }}
        />
      )}
      {typeof asking === "number" && (
        <UndoDialog
          name={name}
          versions={data}
          to={asking}
          onClose={() => setAsking(undefined)}
          onDone={(next) => {
            versions.set(next);
            setAsking(undefined);
          }}
        />
      )}
      {asking === "settings" && (
        <SettingsDialog
          name={name}
          settings={draft.settings}
          etag={data.development.etag}
          onChange={(settings) => draft.change({ settings })}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

/** @returns whether it is saved; why not is told */
async function put(draft: Draft): Promise<boolean> {
  try {
    await draft.save();
    notify("Saved in DEVELOPMENT");
    return true;
  } catch (failure) {
    if (isConflict(failure)) notify("Somebody else has saved this function just now", "bad");
    else notifyTrouble(failure);
    return false;
  }
}

function Part({
  name,
  tab,
  draft,
  versions,
  onSave,
  onPublish,
  onChanged,
}: {
  readonly name: string;
  readonly tab: string;
  readonly draft: Draft;
  readonly versions: Versions;
  readonly onSave: () => void;
  readonly onPublish: () => void;
  readonly onChanged: (versions: Versions) => void;
}): JSX.Element {
  switch (tab) {
    case "":
      return <Workbench name={name} draft={draft} onSave={onSave} />;
    case "compare":
      return <Compare name={name} versions={versions} draft={draft} />;
    case "rollout":
      return <Rollout name={name} onPublish={onPublish} />;
    case "history":
      return <HistoryView name={name} versions={versions} onChanged={onChanged} />;
    case "viewers":
      return (
        <Viewers
          name={name}
          isPublished={versions.live !== undefined}
          eventType={
            /\bevent\.response\b/.test(draft.source) ? "viewer-response" : "viewer-request"
          }
          onPublish={onPublish}
        />
      );
    case "rehearsal":
      return (
        <Rehearsal name={name} source={draft.source} isPublished={versions.live !== undefined} />
      );
    case "logs":
      return <FunctionLogs name={name} />;
    default:
      return (
        <EmptyState icon="info" title="A function has no such part">
          <p>
            <Link to={`/functions/${encodeURIComponent(name)}`}>Go to its code</Link>
          </p>
        </EmptyState>
      );
  }
}

function isSplit({ live }: Versions): boolean {
  return (live?.shares.length ?? 0) > 1;
}

function Standing({ versions }: { readonly versions: Versions }): JSX.Element {
  const { live, development } = versions;
  return (
    <span class="row row-tight">
      {live === undefined ? (
        <Badge>Unpublished</Badge>
      ) : (
        live.shares.map(({ version, share }) => (
          <Badge key={version} tone={isSplit(versions) ? "accent" : "good"}>
            LIVE v{version} {percent(share)}
          </Badge>
        ))
      )}
      {live !== undefined && !development.is_published && (
        <Badge tone="warn">DEVELOPMENT is ahead</Badge>
      )}
    </span>
  );
}
