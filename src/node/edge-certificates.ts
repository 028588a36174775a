/**
 * The certificates that an edge worker shows its viewers: that of the local authority, those of the operator's folder, and
 * for names that those are not for what was issued by ACME.
 */
import type { Logger } from "../base/logger.ts";
import { CertificateSet } from "../certificates/certificate-set.ts";
import type { FolderContent } from "../certificates/certificate-folder.ts";
import { authorityFolder } from "../certificates/local-authority.ts";
import type { ServerCertificate } from "../certificates/server-certificate.ts";
import { watchLocalCertificate } from "./watched-certificates.ts";

export interface CertificateSources {
  /** The data folder, which the local authority is in. */
  readonly data: string;
  /** What the operator's folder has at each moment, the same as long as it is the same. */
  readonly folder: () => FolderContent;
  /** Those that were issued, the same array as long as they are the same. */
  readonly issued: () => readonly ServerCertificate[];
}

/**
 * @returns the certificates as they are at each moment
 * @throws Error, when there is no certificate of the local authority
 */
export function watchCertificates(
  { data, folder, issued }: CertificateSources,
  logger: Logger,
): () => CertificateSet {
  const { current: standard } = watchLocalCertificate(authorityFolder(data), logger);
  let made: { readonly of: readonly unknown[]; readonly set: CertificateSet } | undefined;
  const own = (): CertificateSet => {
    const [leaf, content] = [standard(), folder()];
    if (made === undefined || made.of[0] !== leaf || made.of[1] !== content) {
      const set = new CertificateSet(leaf, content.byId, content.certificates.values());
      made = { of: [leaf, content], set };
    }
    return made.set;
  };
  return joined(own, issued);
}

/** @returns both as they are at each moment */
export function joined(
  own: () => CertificateSet,
  issued: () => readonly ServerCertificate[],
): () => CertificateSet {
  let ownThen: CertificateSet | undefined;
  let issuedThen: readonly ServerCertificate[] = [];
  let both: CertificateSet | undefined;
  return () => {
    const [ownNow, issuedNow] = [own(), issued()];
    if (both === undefined || ownNow !== ownThen || issuedNow !== issuedThen) {
      [ownThen, issuedThen] = [ownNow, issuedNow];
      both = issuedNow.length === 0 ? ownNow : ownNow.beside(issuedNow);
    }
    return both;
  };
}
