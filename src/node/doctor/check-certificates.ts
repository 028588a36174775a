/** Whether certificates can be read, and until when they are good. */
import { X509Certificate } from "node:crypto";
import { readCertificateFolder } from "../../certificates/certificate-folder.ts";
import { authorityFolder, readLeaf, readRoot } from "../../certificates/local-authority.ts";
import type { NodeOptions } from "../options.ts";
import { failure, ok, warning, type Finding } from "./finding.ts";

const day = 86_400_000;
const warnedDays = 21;

export function checkCertificates(
  { data, certificates }: Pick<NodeOptions, "data" | "certificates">,
  now: Date,
): readonly Finding[] {
  return [...checkOwn(data, now), ...(certificates === "" ? [] : checkFolder(certificates, now))];
}

/** A node renews its own certificate as it runs; its root lasts for years. */
function checkOwn(data: string, now: Date): Finding[] {
  const about = "local certificate";
  try {
    const folder = authorityFolder(data);
    const root = readRoot(folder);
    if (root === undefined) return [ok(about, "none yet; a node makes it when it serves HTTPS")];
    const until = new Date(new X509Certificate(root).validTo);
    const renew = `Delete ${folder}, start the node, and trust its new root: footlight ca`;
    const leaf = readLeaf(folder);
    const found = [judge("local authority's root", until, renew, now)];
    if (leaf === undefined) return found;
    return [...found, judge(about, leaf.validTo, "Start the node: it renews it", now)];
  } catch (error) {
    const remedy = "Delete the folder: a node makes a new authority, which is to be trusted anew";
    return [failure(about, (error as Error).message, remedy)];
  }
}

function checkFolder(folder: string, now: Date): Finding[] {
  try {
    const { certificates, problems } = readCertificateFolder(folder);
    const renew = "Renew it, and put it in the place of the old one: the node reads it by itself";
    return [
      ...problems.map((problem) =>
        failure(
          "certificates",
          problem,
          "Put right what the message says: until then it is not shown",
        ),
      ),
      ...Array.from(certificates, ([name, { validTo }]) =>
        judge(`certificate ${name}`, validTo, renew, now),
      ),
    ];
  } catch (error) {
    return [failure("certificates", (error as Error).message, "Name a folder with --certificates")];
  }
}

function judge(about: string, until: Date, remedy: string, now: Date): Finding {
  const says = `good until ${until.toISOString()}`;
  const leftMs = until.getTime() - now.getTime();
  if (leftMs <= 0) return failure(about, `${says}, which is over`, remedy);
  return leftMs < warnedDays * day ? warning(about, says, remedy) : ok(about, says);
}
