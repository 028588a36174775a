/** Terraform with the AWS provider, where both are installed; nothing is fetched from a registry. */
import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { skipWithout } from "./optional.ts";
import type { Credentials } from "./signed-request.ts";

/** A filesystem mirror of Terraform's providers, which has hashicorp/aws. */
const mirror = process.env["FOOTLIGHT_TF_PLUGINS"] ?? "/opt/tf-plugins";

const run = promisify(execFile);

/** What `test()` takes as `skip`: false, or what is not installed. */
export function skipWithoutTerraform(): false | string {
  const skip = skipWithout(["terraform", "version"]);
  if (skip !== false) return skip;
  if (existsSync(mirror)) return false;
  const reason = "Terraform's AWS provider is not installed; FOOTLIGHT_TF_PLUGINS names its mirror";
  if (process.env["CI"] === "true") throw new Error(reason);
  return reason;
}

export interface Terraform {
  /** @returns what it printed; rejects with that, when it fails */
  readonly run: (...args: string[]) => Promise<string>;
  /** Replaces the configuration. */
  readonly write: (resources: string) => void;
}

/**
 * @param folder an empty one, for the configuration and its state
 * @param provider what stands in the provider's block beside region and credentials
 */
export async function startTerraform(
  folder: string,
  provider: string,
  credentials: Credentials = { accessKeyId: "any", secretAccessKey: "any" },
): Promise<Terraform> {
  const cliConfig = join(folder, "terraform.rc");
  writeFileSync(
    cliConfig,
    `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`,
  );
  writeFileSync(join(folder, "provider.tf"), providerFile(provider, credentials));
  const terraform: Terraform = {
    run: async (...args) => {
      const options = {
        cwd: folder,
        env: { ...process.env, TF_CLI_CONFIG_FILE: cliConfig, CHECKPOINT_DISABLE: "1" },
        maxBuffer: 16 * 1024 * 1024,
      };
      return (await run("terraform", [...args, "-no-color"], options)).stdout;
    },
    write: (resources) => writeFileSync(join(folder, "main.tf"), resources),
  };
  await terraform.run("init");
  return terraform;
}

function providerFile(provider: string, { accessKeyId, secretAccessKey }: Credentials): string {
  return `
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "${accessKeyId}"
  secret_key                  = "${secretAccessKey}"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
${provider}
}
`;
}
