/**
 * The certificates that edges show origins with origin mTLS: those that the table of the operator's folder has by ARN. An edge
 * without HTTPS of its own has them, too.
 */
import type { Logger } from "../base/logger.ts";
import { markOfFolder, readCertificateFolder } from "../certificates/certificate-folder.ts";
import type { FolderContent } from "../certificates/certificate-folder.ts";
import type { ServerCertificate } from "../certificates/server-certificate.ts";
import { keepUnreadable, noCertificates, watchCertificateFiles } from "./watched-certificates.ts";

/**
 * @param folder empty for none
 * @returns finds one by its ARN, as the files are at each moment
 * @throws Error, when there is no such folder
 */
export function watchOriginCertificates(
  folder: string,
  logger: Logger,
): (id: string) => ServerCertificate | undefined {
  if (folder === "") return () => undefined;
  const { current } = watchCertificateFiles({
    mark: () => markOfFolder(folder),
    read: (before: FolderContent | undefined) =>
      keepUnreadable(readCertificateFolder(folder), before ?? noCertificates, logger),
    logger,
  });
  return (id) => current().byId.get(id);
}
