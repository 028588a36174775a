/** The options that `deploy` and `destroy` share. */
import { apiOptions } from "../ask-api.ts";

export const deployOptions = {
  ...apiOptions("Base URL of the control plane to deploy to"),
  stack: {
    default: "",
    help: "The stack's name (default: what FILE is named after, like Shop for Shop.template.json)",
  },
  yes: { default: false, help: "Don't ask" },
  dryRun: { default: false, help: "Show what would change, and change nothing" },
  json: { default: false, help: "Print JSON" },
  color: {
    default: "auto",
    help: "Color the lines: auto (on a terminal), always or never",
    pattern: /^(auto|always|never)$/,
    expects: "auto, always or never",
  },
} as const;
