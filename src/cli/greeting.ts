/** What a node says when it is ready: where it listens, and how to publish a first function. */
import { join, resolve } from "node:path";
import { authorityFolder, rootFile } from "../certificates/local-authority.ts";
import { nameOfLog } from "../node/locate-log.ts";
import type { NodeOptions } from "../node/options.ts";
import type { RunningNode } from "../node/start-node.ts";

const howToTrust = " (footlight ca says how to trust it)";

export function greeting(node: RunningNode, settings: NodeOptions): string {
  const { apiTls } = settings;
  const lines = ["Footlight is ready.", ""];
  if (node.api) {
    lines.push(
      `  control plane  ${node.api}${apiTls === "local" || apiTls === "acme" ? howToTrust : ""}`,
    );
  }
  if (node.console) lines.push(`  console        ${node.console}`);
  if (node.edge) {
    const https = node.edgeHttps && `, ${node.edgeHttps}${howToTrust}`;
    lines.push(`  edge           ${node.edge}${https ?? ""}`);
  }
  if (node.admin) lines.push(`  admin          ${node.admin}, with health and metrics`);
  lines.push(`  change log     ${nameOfLog(settings)}`);
  if (node.api) lines.push("", ...firstFunction(node.api, settings));
  return `${lines.join("\n")}\n`;
}

/** The three commands of a first function, ready to paste. */
function firstFunction(api: string, { auth, apiTls, data }: NodeOptions): string[] {
  const aws = `aws --endpoint-url ${api} --region us-east-1 cloudfront`;
  return [
    auth === "sigv4"
      ? "Publish a first function, with an access key that footlight keys create has made:"
      : "Publish a first function; any access key will do, like AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any:",
    "",
    ...(apiTls === "local"
      ? [`  export AWS_CA_BUNDLE=${resolve(join(authorityFolder(data), rootFile))}`]
      : []),
    `  echo "function handler(event) { return { statusCode: 200, body: 'hello' }; }" > hello.js`,
    `  ${aws} create-function --name hello --function-config Comment=first,Runtime=cloudfront-js-2.0 --function-code fileb://hello.js`,
    `  ${aws} publish-function --name hello --if-match ETVPDKIKX0DER`,
  ];
}
