/** The options that `deploy`, `destroy` and `dev --template` share. */
import { apiOptions } from "../ask-api.ts";

export const deployOptions = {
  ...apiOptions("Base URL of the control plane to deploy to"),
  stack: {
    default: "",
    help: "The stack's name (default: what FILE is named after, like Shop for Shop.template.json), or which one of a folder like cdk.out",
  },
  all: { default: false, help: "All stacks of a folder like cdk.out, each after those it needs" },
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

export const templateOptions = {
  parameter: {
    default: "",
    help: "A value of a template's parameter, NAME=VALUE; given several times, or with commas between",
    repeats: true,
  },
  value: {
    default: "",
    help: "What another service's resource or another stack would answer, RESOURCE.ATTRIBUTE=VALUE or NAME=VALUE; given several times, or with commas between",
    repeats: true,
  },
} as const;
