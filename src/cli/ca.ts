/** `footlight ca`: the root certificate of a data folder's local authority, and how to trust it. */
import { X509Certificate } from "node:crypto";
import { resolve, join } from "node:path";
import { authorityFolder, readRoot, rootFile } from "../certificates/local-authority.ts";
import { OptionError, readOptionTable } from "../node/option-table.ts";
import { pickOptions } from "../node/options.ts";
import type { Command } from "./command.ts";

const table = {
  pem: { default: false, help: "Print the root certificate alone, in PEM" },
  ...pickOptions(["data"]),
} as const;

export const ca: Command = {
  summary: "Show the local authority's root certificate, and how to trust it",
  usage: "",
  options: table,
  run: (args, environment) => {
    const { data, pem } = readOptionTable(table, args, environment);
    const folder = authorityFolder(data);
    const root = readRoot(folder);
    if (root === undefined) {
      throw new OptionError(
        `There is no local authority in ${folder} yet: a node makes it when it first starts with that data folder and serves HTTPS, or has --api-tls local`,
      );
    }
    const file = resolve(join(folder, rootFile));
    process.stdout.write(pem ? root : directions(root, file));
    return Promise.resolve(0);
  },
};

function directions(root: string, file: string): string {
  const { subject, fingerprint256, validTo } = new X509Certificate(root);
  const lines = [
    `${subject.replaceAll("\n", ", ")}, valid until ${validTo}`,
    `SHA-256 ${fingerprint256}`,
    file,
    "",
    "It signs what this node shows for its distributions' own names, and with --api-tls local for its API. To trust it, and with it whoever can read its key:",
    "",
    `  curl --cacert ${file} https://…`,
    `  AWS CLI, boto3, Terraform's AWS provider
                     export AWS_CA_BUNDLE=${file}`,
    `  Node.js            export NODE_EXTRA_CA_CERTS=${file}`,
    `  Go                 export SSL_CERT_FILE=${file}`,
    `  Debian, Ubuntu     sudo cp ${file} /usr/local/share/ca-certificates/footlight.crt && sudo update-ca-certificates`,
    `  Fedora, Red Hat    sudo trust anchor ${file}`,
    `  macOS              sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${file}`,
    `  Windows            certutil -addstore -f Root ${file}`,
    "  Chromium on Linux  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Footlight -i FILE, from libnss3-tools",
    "  Firefox            Settings, Privacy & Security, View Certificates, Authorities, Import",
  ];
  return `${lines.join("\n")}\n`;
}
