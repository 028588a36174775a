/**
 * A node's place among the nodes of its log: it tells the others of itself, and a control node knows of
 * the others. On a log that is one machine's there is nobody but itself.
 */
import { hostname } from "node:os";
import type { ListedNode } from "../../control/node-calls.ts";
import type { ChangeLog } from "../../log/change-log.ts";
import type { Replica } from "../../state/replica.ts";
import type { EdgeWorkers } from "../edge-workers.ts";
import type { FollowerState } from "../follower-state.ts";
import { footlightVersion } from "../footlight-version.ts";
import type { NodeOptions } from "../options.ts";
import { CircleMember } from "./circle-member.ts";
import { nodeId } from "./node-identity.ts";
import type { NodeKind, NodeReport } from "./node-report.ts";
import { asListed } from "./listed-node.ts";
import { Roster } from "./roster.ts";
import { Rounds } from "./rounds.ts";

export interface NodeRosterInput {
  readonly options: NodeOptions;
  readonly kind: NodeKind;
  readonly log: ChangeLog;
  readonly replica: Replica;
  readonly workers: EdgeWorkers | undefined;
  readonly followerState: () => FollowerState;
  readonly whyNotReady: () => string | undefined;
  readonly address: () => string;
}

export class NodeRoster {
  readonly #input: NodeRosterInput;
  readonly #id: string;
  readonly #version = footlightVersion();
  readonly #since = new Date().toISOString();
  readonly #roster: Roster;
  readonly #rounds: Rounds | undefined;
  readonly #member: CircleMember | undefined;
  readonly #stops: (() => void)[] = [];

  constructor(input: NodeRosterInput) {
    this.#input = input;
    const { kind, options, replica, log } = input;
    this.#id = nodeId(kind, options);
    const goneAfterMs = options.goneAfter * 1000;
    this.#roster = new Roster({
      ownId: this.#id,
      goneAfterMs,
      isHeldGroup: (group) => replica.state.heldGroups.has(group),
      now: () => performance.now(),
    });
    const channel = log.sideChannel;
    if (channel === undefined) return;
    if (kind !== "edge") {
      const state = (): Replica["state"] => replica.state;
      const rounds = new Rounds({
        channel,
        roster: this.#roster,
        id: this.#id,
        state,
        goneAfterMs,
      });
      this.#rounds = rounds;
      this.#stops.push(replica.onChange(() => rounds.noteChange()));
    }
    // The last, so that the node hears what it says of itself.
    this.#member = new CircleMember({
      channel,
      report: () => this.report(),
      onApplied: (listener) => this.#onApplied(listener),
    });
  }

  /** Whether all edges that are waited for serve by a revision, or a later one. */
  hasApplied(revision: number): boolean {
    const { workers } = this.#input;
    if (workers !== undefined && !workers.hasApplied(revision)) return false;
    return this.#rounds === undefined || this.#roster.hasApplied(revision);
  }

  /** All that are known, itself among them, in no order. */
  readonly list = (): ListedNode[] => {
    const own = {
      report: this.report(),
      isSilent: false,
      isGone: false,
      isHeld: false,
      sinceHeardMs: 0,
    };
    const others = this.#roster.list().filter(({ report }) => report.id !== this.#id);
    return [own, ...others].map(asListed);
  };

  /** What the node says of itself. */
  report(): NodeReport {
    const { options, kind, replica, workers, followerState, whyNotReady, address } = this.#input;
    const { state } = replica;
    const isApplied = workers?.hasApplied(state.revision) ?? true;
    const notReady = whyNotReady();
    const { holding, logReachable, logOutage, logTrouble, aheadOfLog } = followerState();
    return {
      id: this.#id,
      name: options.nodeName || hostname(),
      kind,
      ...(kind !== "control" && { group: options.edgeGroup }),
      revision: isApplied ? state.revision : (workers?.appliedRevision ?? state.revision),
      ...(isApplied && { head: state.head }),
      ...(notReady !== undefined && { notReady }),
      ...(holding !== undefined && { holding: holding.why }),
      ...{ logReachable, aheadOfLog },
      ...(logOutage !== undefined && { logOutage }),
      ...(logTrouble !== undefined && { logTrouble: logTrouble.says }),
      version: this.#version,
      since: this.#since,
      address: address(),
    };
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#rounds?.stop();
    this.#member?.stop();
  }

  #onApplied(listener: () => void): () => void {
    const { workers, replica } = this.#input;
    return workers === undefined ? replica.onChange(listener) : workers.onApplied(listener);
  }
}
