/** Terraform with the AWS provider, where both are installed; nothing is fetched from a registry. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Credentials } from "./signed-request.ts";

/** How long a test may take that runs Terraform: that and its provider take minutes on a machine that is busy with others. */
export const terraformTestMs = 900_000;

const awsProvider = "registry.terraform.io/hashicorp/aws";

/** Where systems keep what did not come with them; a mirror is a folder in one of these. */
const mirrorParents = ["/opt", "/usr/local/share", "/usr/share", join(homedir(), ".terraform.d")];

/** A filesystem mirror of Terraform's providers, which has hashicorp/aws; "" where there is none. */
export const providerMirror = process.env["FOOTLIGHT_TF_PLUGINS"] ?? findMirror();

const run = promisify(execFile);

/**
 * What `test()` takes as `skip`: false, or what is not installed. Neither npm nor Debian has
 * Terraform, so a machine without it is no failure, in CI either.
 */
export function skipWithoutTerraform(): false | string {
  if (spawnSync("terraform", ["version"], { stdio: "ignore" }).status !== 0) {
    return "terraform is not installed";
  }
  if (providerMirror !== "") return false;
  return "there is no mirror of Terraform's AWS provider; FOOTLIGHT_TF_PLUGINS may name one";
}

function findMirror(): string {
  const candidates = mirrorParents
    .filter((parent) => existsSync(parent))
    .flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)));
  return candidates.find((folder) => existsSync(join(folder, awsProvider))) ?? "";
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
    `provider_installation {\n  filesystem_mirror {\n    path = "${providerMirror}"\n  }\n}\n`,
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
