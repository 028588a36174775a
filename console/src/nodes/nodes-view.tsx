/** Edges by their groups: which revision each serves, what keeps it, and how far the last publish has come. */
import type { JSX } from "preact";
import { findLastPublish, type DescribedChange } from "../api/changes.ts";
import { holdGroup, listNodes, type ListedNode, type Nodes } from "../api/nodes.ts";
import { useData } from "../api/use-data.ts";
import { capitalized } from "../base/capitalized.ts";
import { ago, span } from "../base/quantities.ts";
import { Badge, type Tone } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Progress } from "../parts/progress.tsx";
import { notify, notifyTrouble } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";
import { Link } from "../way/link.tsx";
import { placeOfResource } from "./resource-place.ts";

const everyMs = 2000;

export function NodesView(): JSX.Element {
  const nodes = useData("nodes", listNodes, { everyMs });
  const revision = nodes.data?.revision;
  const publish = useData(
    revision === undefined ? undefined : `publish ${revision}`,
    findLastPublish,
  );
  if (nodes.data === undefined) {
    return nodes.error === undefined ? (
      <p class="quiet">Reading the nodes …</p>
    ) : (
      <Trouble error={nodes.error} doing="read the nodes" onRetry={nodes.reload} />
    );
  }
  const { items } = nodes.data;
  const edges = items.filter(({ kind }) => kind !== "control");
  const controls = items.filter(({ kind }) => kind === "control");
  const groups = [...new Set(edges.map(({ group = "default" }) => group))].sort((a, b) =>
    a < b ? -1 : 1,
  );
  return (
    <div class="stack">
      {nodes.error !== undefined && <Trouble error={nodes.error} doing="read the nodes again" />}
      <Facts nodes={nodes.data} edges={edges} />
      {publish.data && <LastPublish change={publish.data} edges={edges} />}
      {groups.map((group) => (
        <Group
          key={group}
          group={group}
          nodes={edges.filter((edge) => (edge.group ?? "default") === group)}
          heldAt={nodes.data?.held_groups.find((held) => held.group === group)?.revision}
          onChanged={nodes.reload}
        />
      ))}
      {edges.length === 0 && (
        <EmptyState icon="node" title="No edge serves viewers yet">
          <p>
            Start one where your viewers are: <code>footlight edge --log URL --group eu</code>, with
            the same change log as this node. It is listed here as soon as it is ready.
          </p>
        </EmptyState>
      )}
      {controls.length > 0 && <Group group={undefined} nodes={controls} onChanged={nodes.reload} />}
    </div>
  );
}

function Facts({
  nodes,
  edges,
}: {
  readonly nodes: Nodes;
  readonly edges: readonly ListedNode[];
}): JSX.Element {
  const ready = edges.filter(({ state }) => state === "ready").length;
  const behind = edges.filter(({ lag, state }) => lag > 0 && state !== "gone");
  return (
    <dl class="facts card">
      <div>
        <dt>Newest change</dt>
        <dd class="num">{nodes.revision}</dd>
      </div>
      <div>
        <dt>Edges ready</dt>
        <dd class={ready < edges.length ? "num tone-warn" : "num"}>
          {ready} of {edges.length}
        </dd>
      </div>
      <div>
        <dt>Furthest behind</dt>
        <dd class={behind.length > 0 ? "num tone-warn" : "num"}>
          {behind.length === 0
            ? "No edge"
            : changesCount(Math.max(...behind.map(({ lag }) => lag)))}
        </dd>
      </div>
      <div>
        <dt>Groups held</dt>
        <dd class="num">{nodes.held_groups.length === 0 ? "None" : nodes.held_groups.length}</dd>
      </div>
    </dl>
  );
}

function LastPublish({
  change,
  edges,
}: {
  readonly change: DescribedChange;
  readonly edges: readonly ListedNode[];
}): JSX.Element {
  const awaited = edges.filter(({ state }) => state !== "gone");
  const have = awaited.filter(({ revision }) => revision >= change.revision).length;
  const { name, to = "/functions" } = placeOfResource(change.resource);
  return (
    <section class="card card-body stack stack-tight" aria-label="The last publish">
      <div class="row row-between">
        <h2>
          The last publish: <Link to={to}>{name}</Link>
        </h2>
        <span class="quiet">
          by {change.principal}, {ago(change.at, Date.now())}
        </span>
      </div>
      <Progress
        label="Edges that have it"
        done={have}
        all={awaited.length}
        text={
          have === awaited.length
            ? `All viewers get it, from ${edgesCount(awaited.length)}`
            : `${have} of ${edgesCount(awaited.length)} have it`
        }
      />
    </section>
  );
}

function Group({
  group,
  nodes,
  heldAt,
  onChanged,
}: {
  /** Undefined of control nodes. */
  readonly group: string | undefined;
  readonly nodes: readonly ListedNode[];
  readonly heldAt?: number | undefined;
  readonly onChanged: () => void;
}): JSX.Element {
  // Whole nodes are never held: their API answers by what is newest.
  const canHold = group !== undefined && nodes.some(({ kind }) => kind === "edge");
  const { isBusy, run } = useAction(async (isHeld: boolean) => {
    await holdGroup(group!, isHeld);
    notify(isHeld ? `${group} stays where it is` : `${group} goes on`);
    onChanged();
  }, notifyTrouble);
  return (
    <section class="card" aria-label={group === undefined ? "Control nodes" : `Group ${group}`}>
      <div class="card-head">
        <div class="row">
          <h2>{group === undefined ? "Control nodes" : group}</h2>
          {heldAt !== undefined && (
            <Badge tone="warn" title="Its edges serve on, and apply nothing newer">
              Held at {heldAt}
            </Badge>
          )}
        </div>
        {(canHold || heldAt !== undefined) && (
          <Button
            isSmall
            icon={heldAt === undefined ? "pause" : "play"}
            isBusy={isBusy}
            title={
              heldAt === undefined
                ? "Its edges serve on and stay at this change"
                : "Its edges apply what came meanwhile"
            }
            onClick={() => run(heldAt === undefined)}
          >
            {heldAt === undefined ? "Hold" : "Release"}
          </Button>
        )}
      </div>
      <div class="table-card">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">State</th>
              <th scope="col">Revision</th>
              <th scope="col" class="is-mid">
                Heard
              </th>
              <th scope="col" class="is-wide">
                Runs since
              </th>
              <th scope="col" class="is-wide">
                Version
              </th>
              <th scope="col" class="is-wide">
                Address
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((node) => (
              <Row key={node.id} node={node} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const tones: Readonly<Record<string, Tone>> = {
  ready: "good",
  held: "warn",
  holding: "warn",
  "not-ready": "warn",
  silent: "bad",
  gone: "bad",
  "cut-off": "bad",
};

function Row({ node }: { readonly node: ListedNode }): JSX.Element {
  const { name, id, kind, state, because, revision, lag } = node;
  return (
    <tr>
      <th scope="row">
        {name}
        <span class="row-note">{kind === "whole" ? `API and edge, ${id}` : id}</span>
      </th>
      <td>
        <Badge tone={tones[state] ?? "neutral"}>{capitalized(state)}</Badge>
        {because !== undefined && <span class="hint breaks node-because">{because}</span>}
      </td>
      <td class="num">
        {revision}
        {lag > 0 && <span class="row-note tone-warn">{changesCount(lag)} behind</span>}
      </td>
      <td class="is-mid num quiet nowrap">
        {node.heard_seconds_ago < 5 ? "just now" : `${span(node.heard_seconds_ago)} ago`}
      </td>
      <td class="is-wide quiet nowrap">{ago(node.since, Date.now())}</td>
      <td class="is-wide num">{node.version}</td>
      <td class="is-wide mono breaks">{node.address ?? "–"}</td>
    </tr>
  );
}

function changesCount(count: number): string {
  return count === 1 ? "1 change" : `${count} changes`;
}

function edgesCount(count: number): string {
  return count === 1 ? "1 edge" : `${count} edges`;
}
