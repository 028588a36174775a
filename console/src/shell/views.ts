/**
 * The views of the console: a row each, whose code is loaded when it is opened. A row with `nav` is in the
 * navigation and in the palette.
 */
import type { ComponentType } from "preact";
import type { View, ViewProps } from "../way/view.ts";

const functionPage = async (): Promise<ComponentType<ViewProps>> =>
  (await import("../functions/function-page.tsx")).FunctionPage;
const nodesPage = async (): Promise<ComponentType<ViewProps>> =>
  (await import("../nodes/nodes-page.tsx")).NodesPage;

export const views: readonly View[] = [
  {
    path: "/functions",
    title: () => "Functions",
    load: async () => (await import("../functions/function-list.tsx")).FunctionList,
    nav: { label: "Functions", icon: "function" },
  },
  {
    path: "/functions/:name",
    title: ({ name = "" }) => name,
    load: functionPage,
  },
  {
    path: "/functions/:name/:tab",
    title: ({ name = "", tab = "" }) => `${name} · ${tab}`,
    load: functionPage,
  },
  {
    path: "/nodes",
    title: () => "Nodes",
    load: nodesPage,
    nav: { label: "Nodes", icon: "node" },
  },
  {
    path: "/nodes/:tab",
    title: ({ tab = "" }) => `Nodes · ${tab}`,
    load: nodesPage,
  },
];

/** Where one comes in. */
export const startPath = "/functions";
