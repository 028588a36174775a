/**
 * The views of the console: a row each, whose code is loaded when it is opened. A row with `nav` is in the
 * navigation and in the palette.
 */
import type { ComponentType } from "preact";
import type { View, ViewProps } from "../way/view.ts";

const functionPage = async (): Promise<ComponentType<ViewProps>> =>
  (await import("../functions/function-page.tsx")).FunctionPage;
const distributionPage = async (): Promise<ComponentType<ViewProps>> =>
  (await import("../distributions/distribution-page.tsx")).DistributionPage;
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
    path: "/distributions",
    title: () => "Distributions",
    load: async () => (await import("../distributions/distribution-list.tsx")).DistributionList,
    nav: { label: "Distributions", icon: "distribution" },
  },
  {
    path: "/distributions/:id",
    title: ({ id = "" }) => id,
    load: distributionPage,
  },
  {
    path: "/distributions/:id/:tab",
    title: ({ id = "", tab = "" }) => `${id} · ${tab}`,
    load: distributionPage,
  },
  {
    path: "/stores",
    title: () => "Key value stores",
    load: async () => (await import("../stores/store-list.tsx")).StoreList,
    nav: { label: "Stores", icon: "store" },
  },
  {
    path: "/stores/:name",
    title: ({ name = "" }) => name,
    load: async () => (await import("../stores/store-page.tsx")).StorePage,
  },
  {
    path: "/traffic",
    title: () => "Traffic",
    load: async () => (await import("../traffic/traffic-page.tsx")).TrafficPage,
    nav: { label: "Traffic", icon: "traffic" },
  },
  {
    path: "/traffic/:id",
    title: ({ id = "" }) => `Request ${id}`,
    load: async () => (await import("../traffic/request-page.tsx")).RequestPage,
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
