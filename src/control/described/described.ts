/** A call that is ours and not AWS's, as /openapi.json describes it; its row says which path it has. */
import type { DescribedCall } from "../../wire/openapi.ts";

export type Described = Omit<DescribedCall, "method" | "path">;
