/** What an operation of the API is, and what it is handed. */
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { InputOf, OperationName, OutputOf } from "../schema/operations.ts";
import type { FunctionTester } from "../runtime/function-runtime.ts";
import type { Fact } from "../state/change.ts";
import type { State } from "../state/state.ts";
import type { ReadImportSource } from "./key-value-stores/import-source.ts";
import type { Quotas } from "./quotas.ts";

/**
 * Checks its input against the state, says what changed, answers. The input has the types and
 * the required members that the API's schema demands; what it means is the operation's to check.
 *
 * @throws ApiError, and nothing has changed then
 */
export type Operation<Name extends OperationName> = (
  input: InputOf<Name>,
  context: OperationContext,
) => Promise<OutputOf<Name>>;

/**
 * Appends the fact that `decide` returns, if the state it saw is still the newest; otherwise asks
 * again. What `decide` throws ends the operation. Resolves when the change is durable and every
 * edge worker of this node serves by it.
 *
 * @returns the state right after the change
 */
export type Commit = (decide: (current: State) => Fact) => Promise<State>;

export interface OperationContext {
  /** The newest state that this node knows. */
  readonly state: () => State;
  readonly commit: Commit;
  /** Tests and checks functions, apart from this process. */
  readonly tester: FunctionTester;
  readonly logger: Logger;
  /** What distribution domain names end in, like `cloudfront.localhost`. */
  readonly domainSuffix: string;
  /** Reads what a key value store is to import. */
  readonly readImportSource: ReadImportSource;
  /** Whether every edge has acknowledged a revision. */
  readonly isDeployed: (revision: number) => boolean;
  /** Whether certificates that are requested are ordered. */
  readonly ordersCertificates: boolean;
  readonly clock: Clock;
  /** AWS's limits, or those that the node was started with. */
  readonly quotas: Quotas;
  /** How many published versions of each function are kept. */
  readonly keptCopies: number;
}
