/** For which names the operator has given a certificate, so that none is ordered. */
import { markOfFolder, readCertificateFolder } from "../../certificates/certificate-folder.ts";
import { CertificateSet } from "../../certificates/certificate-set.ts";

/**
 * @param folder `--certificates`; empty for none
 * @returns gives what tells of a name whether there is one. 5,000 certificates take a second to read, so they are read when they have changed
 */
export function watchCoveredNames(folder: string): () => (name: string) => boolean {
  let mark: string | undefined;
  let set: CertificateSet | undefined;
  return () => {
    if (folder === "") return () => false;
    const now = markOfFolder(folder);
    if (now !== mark) {
      set = readSet(folder);
      mark = now;
    }
    return (name) => set?.findByName(name) !== undefined;
  };
}

function readSet(folder: string): CertificateSet | undefined {
  const given = [...readCertificateFolder(folder).certificates.values()];
  const [first] = given;
  return first && new CertificateSet(first, new Map(), given);
}
