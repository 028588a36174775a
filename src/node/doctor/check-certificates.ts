/** Whether certificates can be read, and until when they are good. */
import { X509Certificate } from "node:crypto";
import { readCertificateFolder } from "../../certificates/certificate-folder.ts";
import { authorityFolder, readLeaf, readRoot } from "../../certificates/local-authority.ts";
import type { ServerCertificate } from "../../certificates/server-certificate.ts";
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
    const { validFromDate, validToDate } = new X509Certificate(root);
    const period = { validFrom: validFromDate, validTo: validToDate };
    const renew = `Delete ${folder}, start the node, and trust its new root: footlight ca`;
    const leaf = readLeaf(folder);
    const found = [judge("local authority's root", period, renew, now)];
    if (leaf === undefined) return found;
    return [...found, judge(about, leaf, "Start the node: it renews it", now)];
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
      ...Array.from(certificates, ([name, certificate]) =>
        judge(`certificate ${name}`, certificate, renew, now),
      ),
    ];
  } catch (error) {
    return [failure("certificates", (error as Error).message, "Name a folder with --certificates")];
  }
}

type Period = Pick<ServerCertificate, "validFrom" | "validTo">;

function judge(about: string, { validFrom, validTo }: Period, remedy: string, now: Date): Finding {
  const says = `good until ${validTo.toISOString()}`;
  const leftMs = validTo.getTime() - now.getTime();
  if (validFrom > now) {
    const begins = `good from ${validFrom.toISOString()}, and this machine's clock says ${now.toISOString()}`;
    return failure(about, begins, `Set the clock; where it is right: ${remedy}`);
  }
  if (leftMs <= 0) return failure(about, `${says}, which is over`, remedy);
  return leftMs < warnedDays * day ? warning(about, says, remedy) : ok(about, says);
}
