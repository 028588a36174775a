/** A node's backup, page by page, over its API. */
import type { ReadBackupPage } from "../node/backup-file.ts";
import type { ApiAddress } from "./ask-api.ts";
import { getFromApi } from "./call-api.ts";

export function pagesOfBackup(
  address: ApiAddress,
  environment: Readonly<Record<string, string | undefined>>,
): ReadBackupPage {
  return (marker) => {
    const query: Record<string, string> = marker === undefined ? {} : { after: marker };
    const page = getFromApi(address, "/footlight/v1/backup", query, environment);
    return page as ReturnType<ReadBackupPage>;
  };
}
