/**
 * A node's part in the roster: answers when its circle is asked, gathers the answers when it is the one
 * that was drawn, and says by itself when it comes, goes, or is in trouble.
 */
import type { SideChannel } from "../../log/side-channel.ts";
import {
  decodeAnswer,
  decodeCollection,
  decodeQuestion,
  digestOf,
  encodeMessage,
  type Collection,
  type Question,
  type Report,
} from "./messages.ts";
import { circleOf, isAsAsked, type NodeReport } from "./node-report.ts";

export interface CircleMemberInput {
  readonly channel: SideChannel;
  /** As it is now. */
  readonly report: () => NodeReport;
  /** @returns the function that ends the listening */
  readonly onApplied: (listener: () => void) => () => void;
}

/** Longer than any question lets nodes wait. */
const longestWaitMs = 5000;
/** How long after the last node should have answered: a site may be on the other side of the world. */
const travelMs = 400;
/** A message has room for some thousands. */
const nodesInReport = 1000;
/** How often a node looks whether it has to say something by itself; at most one message then. */
const lookEveryMs = 1000;

interface Gathering {
  readonly question: Question;
  readonly nodes: Map<string, NodeReport>;
  readonly timer: NodeJS.Timeout;
}

export class CircleMember {
  readonly #input: CircleMemberInput;
  readonly #id: string;
  readonly #circle: string;
  readonly #gatherings = new Map<string, Gathering>();
  readonly #stops: (() => void)[] = [];
  readonly #waits = new Set<() => void>();
  #told = "";

  constructor(input: CircleMemberInput) {
    this.#input = input;
    const report = input.report();
    this.#id = report.id;
    this.#circle = circleOf(report);
    const { channel } = input;
    this.#stops.push(
      channel.listen("ask", (bytes) => this.#gather(decodeQuestion(bytes)), this.#circle),
      channel.listen(`collect.${this.#circle}`, (bytes) => this.#answer(decodeCollection(bytes))),
      channel.listen(`answer.${this.#id}`, (bytes) => this.#take(decodeAnswer(bytes))),
    );
    const timer = setInterval(() => this.#tellTrouble(), lookEveryMs);
    this.#stops.push(() => clearInterval(timer));
    this.#tellTrouble();
  }

  /** Says that it goes: nobody waits for it from then on. */
  stop(): void {
    for (const stop of [...this.#stops, ...this.#waits]) stop();
    for (const { timer } of this.#gatherings.values()) clearTimeout(timer);
    this.#gatherings.clear();
    this.#tell({ nodes: [], left: this.#id });
  }

  /** What changes seldom, and nobody asks for at once; the first time that it is there. */
  #tellTrouble(): void {
    const { channel, report } = this.#input;
    const node = report();
    const { holding = "", notReady = "", logReachable, logTrouble = "", aheadOfLog } = node;
    const trouble = JSON.stringify([holding, notReady, logReachable, logTrouble, aheadOfLog]);
    if (trouble === this.#told || !channel.isConnected()) return;
    this.#told = trouble;
    this.#tell({ nodes: [node] });
  }

  #gather(question: Question | undefined): void {
    if (question === undefined || this.#gatherings.has(question.round)) return;
    const { round, revision } = question;
    const waitMs = Math.min(question.waitMs, longestWaitMs);
    const timer = setTimeout(() => this.#finish(round), waitMs + travelMs);
    this.#gatherings.set(round, { question, nodes: new Map(), timer });
    const collection: Collection = { round, revision, waitMs, at: this.#id };
    this.#input.channel.tell(`collect.${this.#circle}`, encodeMessage(collection));
  }

  #answer(collection: Collection | undefined): void {
    if (collection === undefined) return;
    const { round, revision, waitMs, at } = collection;
    const { channel, report, onApplied } = this.#input;
    // Who may append is to know at once that the log is another one; edges are many.
    if (report().kind === "edge") channel.noteRevision(revision);
    const answerNow = (): void =>
      channel.tell(`answer.${at}`, encodeMessage({ round, node: report() }));
    if (waitMs === 0 || report().revision >= revision) {
      answerNow();
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      stopListening();
      this.#waits.delete(stop);
    };
    const timer = setTimeout(
      () => {
        stop();
        answerNow();
      },
      Math.min(waitMs, longestWaitMs),
    );
    const stopListening = onApplied(() => {
      if (report().revision < revision) return;
      stop();
      answerNow();
    });
    this.#waits.add(stop);
  }

  #take(answer: ReturnType<typeof decodeAnswer>): void {
    const gathering = answer && this.#gatherings.get(answer.round);
    if (answer === undefined || gathering === undefined) return;
    const { question, nodes } = gathering;
    if (circleOf(answer.node) !== this.#circle) return;
    nodes.set(answer.node.id, answer.node);
    const expected = question.expected[this.#circle] ?? Infinity;
    if (!question.full && nodes.size >= expected) this.#finish(question.round);
  }

  #finish(round: string): void {
    const gathering = this.#gatherings.get(round);
    if (gathering === undefined) return;
    clearTimeout(gathering.timer);
    this.#gatherings.delete(round);
    const { question } = gathering;
    const { revision, head } = question;
    const all = [...gathering.nodes.values()];
    const quiet = question.full ? [] : all.filter((node) => isAsAsked(node, revision, head));
    const told = question.full ? all : all.filter((node) => !isAsAsked(node, revision, head));
    const asAsked = quiet.length > 0 && {
      asAsked: { digest: digestOf(quiet.map(({ id }) => id)) },
    };
    for (let from = 0; from === 0 || from < told.length; from += nodesInReport) {
      const nodes = told.slice(from, from + nodesInReport);
      this.#tell({ round, revision, nodes, ...(from === 0 && asAsked) });
    }
  }

  #tell(report: Report): void {
    this.#input.channel.tell(`report.${this.#circle}`, encodeMessage(report));
  }
}
