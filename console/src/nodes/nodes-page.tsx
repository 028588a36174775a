/** The nodes and what was changed on them: two parts, each with a link. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { EmptyState } from "../parts/empty-state.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Link } from "../way/link.tsx";
import { addCommands } from "../way/palette-commands.ts";
import { navigate } from "../way/router.ts";
import type { ViewProps } from "../way/view.ts";
import { ChangesView } from "./changes-view.tsx";
import { NodesView } from "./nodes-view.tsx";

const parts = [
  ["", "/nodes", "Nodes"],
  ["changes", "/nodes/changes", "Changes"],
] as const;

export function NodesPage({ params }: ViewProps): JSX.Element {
  const { tab = "" } = params;
  useEffect(
    () =>
      addCommands("nodes", async () =>
        parts.map(([id, to, label]) => ({
          ...{ id: `nodes ${id}`, label, group: "Nodes", icon: "node" as const },
          run: () => navigate(to),
        })),
      ),
    [],
  );
  return (
    <>
      <header class="page-head">
        <div>
          <h1>Nodes</h1>
          <p class="quiet">Who serves your viewers, how far each has come, and who changed what.</p>
        </div>
      </header>
      <Tabs
        label="Parts of nodes"
        tabs={parts.map(([id, to, label]) => ({ to, label, isCurrent: id === tab }))}
      />
      {tab === "" ? (
        <NodesView />
      ) : tab === "changes" ? (
        <ChangesView />
      ) : (
        <EmptyState icon="info" title="Nodes have no such part">
          <p>
            <Link to="/nodes">Go to the nodes</Link>
          </p>
        </EmptyState>
      )}
    </>
  );
}
