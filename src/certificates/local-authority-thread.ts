/** The thread that makes the local authority's certificate: see local-authority-apart.ts. */
import { workerData } from "node:worker_threads";
import type { LocalAuthorityOrder } from "./local-authority-apart.ts";
import { localAuthority } from "./local-authority.ts";

await localAuthority(...(workerData as LocalAuthorityOrder));
