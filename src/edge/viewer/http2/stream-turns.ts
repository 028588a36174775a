/**
 * When the streams of HTTP/2 are begun. No connection has more of the worker's turn than its share: of streams that come at once the first
 * is begun, and the others in later turns, some of each connection and some of all, if they are still wanted.
 */
import type { ServerHttp2Stream } from "node:http2";

/** A stream that is not begun yet. */
export interface ArrivedStream {
  readonly stream: ServerHttp2Stream;
  /** Names and values of its head in turn, as they came. */
  readonly raw: readonly string[];
  readonly hasBody: boolean;
}

/** A connection, with what the turns note of it. */
export interface TakesTurns {
  /** Whether a stream was begun in this turn of the worker. */
  hasBegun: boolean;
  /** Streams that came beside it. */
  readonly waiting: ArrivedStream[];
  /** Told when a turn is over in which it had a stream. */
  endTurn(): void;
}

export interface StreamTurnsInput<Connection> {
  readonly begin: (arrived: ArrivedStream, connection: Connection) => void;
  /** Told of a stream that its viewer gave up before it was begun. */
  readonly noteGivenUp: (arrived: ArrivedStream, connection: Connection) => void;
}

/** How many streams of a connection that came beside others are begun in one turn, and of all: some milliseconds of a worker's time. */
const beginsInTurn = 16;
const beginsOfAllInTurn = 32;
/** One with more fields counts for several. */
const fieldsOfOne = 64;
/** Of those that were given up meanwhile, which are noted and no more. */
const notesInTurn = 64;

export class StreamTurns<Connection extends TakesTurns> {
  readonly #input: StreamTurnsInput<Connection>;
  /** Those that had streams begun in this turn. */
  #busy = new Set<Connection>();

  constructor(input: StreamTurnsInput<Connection>) {
    this.#input = input;
  }

  /** Begins it now, or in a later turn. */
  take(arrived: ArrivedStream, connection: Connection): void {
    if (this.#busy.size === 0) setImmediate(this.#next);
    this.#busy.add(connection);
    // One that is alone is not held up. Of more in one read it shows by the next turn which of them are still wanted.
    if (connection.hasBegun || isGivenUp(arrived)) connection.waiting.push(arrived);
    else {
      connection.hasBegun = true;
      this.#input.begin(arrived, connection);
    }
  }

  readonly #next = (): void => {
    const before = this.#busy;
    this.#busy = new Set();
    const served: Connection[] = [];
    let left = beginsOfAllInTurn;
    for (const connection of before) {
      connection.endTurn();
      connection.hasBegun = connection.waiting.length > 0;
      if (!connection.hasBegun) continue;
      if (left > 0) {
        left -= this.#beginSome(connection, Math.min(left, beginsInTurn));
        served.push(connection);
      } else this.#busy.add(connection);
    }
    // Whoever had no turn has the next one.
    for (const connection of served) {
      connection.hasBegun = connection.waiting.length > 0;
      if (connection.hasBegun) this.#busy.add(connection);
    }
    if (this.#busy.size > 0) setImmediate(this.#next);
  };

  /** @returns how many it has begun, by their weight */
  #beginSome(connection: Connection, max: number): number {
    const { begin, noteGivenUp } = this.#input;
    const { waiting } = connection;
    let [begun, noted, at] = [0, 0, 0];
    for (; at < waiting.length && begun < max && noted < notesInTurn; at += 1) {
      const arrived = waiting[at] as ArrivedStream;
      if (isGivenUp(arrived)) {
        noteGivenUp(arrived, connection);
        noted += 1;
      } else {
        begin(arrived, connection);
        begun += 1 + Math.floor(arrived.raw.length / 2 / fieldsOfOne);
      }
    }
    waiting.splice(0, at);
    return begun;
  }
}

function isGivenUp({ stream: { aborted, closed, destroyed } }: ArrivedStream): boolean {
  return aborted || closed || destroyed;
}
