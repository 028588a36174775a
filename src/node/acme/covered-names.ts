/** For which names the operator has given a certificate, so that none is ordered. */
import { atOnce, readInSteps, type ReadFolder } from "../../certificates/certificate-folder.ts";
import { CertificateSet } from "../../certificates/certificate-set.ts";

/**
 * @param folder `--certificates`; empty for none
 * @returns gives what tells of a name whether there is one. 5,000 certificates take a second to read, so what has not changed is not read again
 */
export function watchCoveredNames(folder: string): () => (name: string) => boolean {
  let read: ReadFolder | undefined;
  let set: CertificateSet | undefined;
  return () => {
    if (folder === "") return () => false;
    const now = atOnce(readInSteps(folder, read));
    if (now !== read) set = setOf(now);
    read = now;
    return (name) => set?.findByName(name) !== undefined;
  };
}

function setOf({ content }: ReadFolder): CertificateSet | undefined {
  const given = [...content.certificates.values()];
  const [first] = given;
  return first && new CertificateSet(first, new Map(), given);
}
