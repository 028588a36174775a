/** A template as YAML that CloudFormation reads, which is YAML 1.1: without aliases, and with quotes around texts like `yes` and `0x10`. */
import { stringify } from "yaml";

export function templateText(template: object): string {
  return stringify(template, {
    aliasDuplicateObjects: false,
    compat: "yaml-1.1",
    lineWidth: 0,
  });
}
