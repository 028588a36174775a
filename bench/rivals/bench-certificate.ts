/** A certificate for whom Footlight is compared with, like that of its local authority: P-256, signed by a root that nobody asks for. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeLeaf, makeRoot } from "../../src/certificates/make-certificate.ts";

const dayMs = 86_400_000;

/** @param folder that it is left in */
export async function makeCertificate(
  folder: string,
): Promise<{ readonly certificateFile: string; readonly keyFile: string }> {
  const now = Date.now();
  const period = { notBefore: new Date(now - dayMs), notAfter: new Date(now + dayMs) };
  const root = await makeRoot(period, "01");
  const { certificate, privateKey } = await makeLeaf(root, ["*.example.com"], period, "02");
  const files = { certificateFile: join(folder, "leaf.crt"), keyFile: join(folder, "leaf.key") };
  writeFileSync(files.certificateFile, certificate);
  writeFileSync(files.keyFile, privateKey, { mode: 0o600 });
  return files;
}
