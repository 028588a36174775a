/**
 * What the one mechanism for resources has to know of a kind: a row of the table that every Create,
 * Get, GetConfig, Update, Delete and List operation on resources is made from.
 */
import type { ErrorCode } from "../../schema/errors.ts";
import type { OperationName } from "../../schema/operations.ts";
import type { Resource, ResourceConfigs, ResourceKind } from "../../model/resource.ts";
import type { CreatedAlong } from "../../state/change.ts";
import type { State } from "../../state/state.ts";
import type { OperationContext } from "../operation.ts";
import type { QuotaName, Quotas } from "../quotas.ts";

/** An operation's input as the mechanism reads it: members by name. */
export type Input = Readonly<Record<string, unknown>>;

export interface ResourceRow<Kind extends ResourceKind = ResourceKind> {
  readonly kind: Kind;
  /** What messages call one, like "cache policy". */
  readonly label: string;
  /** The operations on the kind, by what they do. */
  readonly operations: {
    readonly create: OperationName;
    readonly createWithTags?: OperationName;
    readonly get?: OperationName;
    readonly getConfig?: OperationName;
    readonly update?: OperationName;
    readonly delete?: OperationName;
    readonly list?: OperationName;
  };
  /**
   * The member that holds the configuration, and that an update replaces whole. Without it the
   * members of the input are the configuration, and an update changes those that it has.
   */
  readonly configMember?: string;
  /** The path of the collection, in the Location header of what is created. */
  readonly collection?: string;
  readonly errors: {
    readonly missing: ErrorCode;
    readonly exists?: ErrorCode;
    readonly inUse?: ErrorCode;
    readonly tooMany?: ErrorCode;
    /** For an update of what something else uses; absent where that is allowed. */
    readonly updateInUse?: ErrorCode;
    /** For a delete while the configuration says Enabled; absent where that is allowed. */
    readonly notDisabled?: ErrorCode;
  };
  /** AWS's own sentences, where they are known and others than those of most kinds. */
  readonly texts?: {
    readonly missing?: string;
    readonly inUse?: string;
    /** By the unique member that another resource has. */
    readonly exists?: Readonly<Record<string, string>>;
  };
  readonly quota?: QuotaName;
  /** Members that no two resources of the kind may share the value of. */
  readonly unique?: readonly string[];
  /** Creating the same configuration under the same unique value answers what is there. */
  readonly sameIsNoError?: boolean;
  /** Members that an update must leave as they are, and what it answers otherwise. */
  readonly fixed?: {
    readonly members: readonly string[];
    readonly code: ErrorCode;
    readonly text: string;
  };
  /** What Status says while edges have not acknowledged the last change, and afterwards. */
  readonly statuses?: readonly [applying: string, applied: string];
  /** Whether the edge does what the configuration says; docs/operations.md tells. */
  readonly enforced: Enforcement;

  /**
   * Reads what an input names outside of the account, before the account is looked at.
   *
   * @returns the input with what was read
   */
  gather?(input: Input, context: OperationContext): Promise<Input>;
  /** What has to be there before anything is done with the kind. @throws ApiError */
  prepare?(input: Input, state: State): void;
  /** @param input what it is created with */
  newId(input: Input): string;
  /** The resource that an input names, when it is not its `Id`, `Identifier` or `Name`. */
  keyOf?(input: Input, state: State): string;
  /** What it is given at its creation beside its id: drawn once, kept in the change. */
  attributes?(id: string, context: OperationContext): Readonly<Record<string, string>>;
  /** Reads the configuration, where the state keeps it in another form than it travels in. */
  readConfig?(input: Input): ResourceConfigs[Kind];
  /**
   * Fills in what follows from the account when one is created, and says what has to be created along with it.
   *
   * @param context draws names for what is created along
   */
  settle?(
    config: ResourceConfigs[Kind],
    state: State,
    context: OperationContext,
  ): { readonly config: ResourceConfigs[Kind]; readonly along?: readonly CreatedAlong[] };
  /** Fills in what AWS answers when the caller left it out. */
  complete?(config: ResourceConfigs[Kind]): ResourceConfigs[Kind];
  /** @throws ApiError with the code of the rule that is broken */
  check?(config: ResourceConfigs[Kind], subject: Subject<Kind>): void;
  /** Who uses it, besides distributions, in words: `key group ID`. */
  usedBy?(resource: Resource<Kind>, state: State): readonly string[];
  /** Members of answers that follow from more than the configuration. */
  describe?(resource: Resource<Kind>, state: State): Readonly<Record<string, unknown>>;
  /** Whether a list's filter members let it through. */
  isListed?(resource: Resource<Kind>, input: Input): boolean;
}

/** What a configuration is checked against. */
export interface Subject<Kind extends ResourceKind> {
  readonly state: State;
  readonly quotas: Quotas;
  /** What distribution domain names end in. */
  readonly domainSuffix: string;
  /** Whether certificates that are requested are ordered. */
  readonly ordersCertificates: boolean;
  /** What is updated; undefined while one is created. */
  readonly old: Resource<Kind> | undefined;
}

/** `reason` says why, or how much of it. */
export type Enforcement =
  | { readonly edge: "yes"; readonly reason?: string }
  | { readonly edge: "partly" | "no" | "not applicable"; readonly reason: string };
