/**
 * Connections to origins by HTTP/2, each of which many requests share, and which are kept for a while after.
 *
 *   opening ── the origin's settings ──▶ in use ── no stream ──▶ idle ── late, or too many ──▶ closed
 *                                          └── GOAWAY ──▶ takes no more ── no stream ──────────▲
 *
 * Source: RFC 9113 §3.4, §5.1.2, §6.8.
 */
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { setDeadline } from "../../../base/deadline.ts";
import type { Place } from "../../../http1/kept-connections.ts";
import { OriginError } from "../faults.ts";

export interface Http2SessionsOptions {
  /** Bytes of a response's fields. */
  readonly headMax: number;
  /** Sessions that are kept idle at once, to all places together. */
  readonly idleMax: number;
}

/** To one place; when all are full, requests wait for streams that end. */
const sessionsMax = 16;
/** On one connection, whatever its origin allows. */
const streamsMax = 1000;
/** Messages on their way to an origin that does not read are counted, in megabytes. */
const sessionMemoryMax = 64;

export class Http2Sessions {
  readonly #options: Http2SessionsOptions;
  readonly #sessions = new Map<string, KeptSession[]>();
  readonly #opening = new Map<string, Opening>();
  /** The one that fell idle first comes first. */
  readonly #idle = new Set<KeptSession>();

  constructor(options: Http2SessionsOptions) {
    this.#options = options;
  }

  /** How many are open, and how many of those are idle. */
  get counts(): { readonly open: number; readonly idle: number } {
    const open = [...this.#sessions.values()].reduce((sum, { length }) => sum + length, 0);
    return { open, idle: this.#idle.size };
  }

  /**
   * Finds a place for one stream, which is the caller's from then on.
   *
   * @param timeoutMs for the origin's first words, once there is a connection
   * @throws what the connection failed by; OriginError, where the origin does not speak HTTP/2
   */
  async take(place: Place, timeoutMs: number): Promise<KeptSession> {
    for (;;) {
      const sessions = this.#sessions.get(place.key) ?? [];
      const free = sessions.find(({ hasRoom }) => hasRoom) ?? leastOf(sessions);
      if (free !== undefined) {
        free.take();
        return free;
      }
      // Those who come meanwhile wait for the same one, and look again.
      let opening = this.#opening.get(place.key);
      if (opening === undefined) {
        opening = this.#open(place, timeoutMs);
        this.#opening.set(place.key, opening);
      }
      await opening.done;
    }
  }

  /** Ends all of them, in use or not. */
  close(): void {
    for (const { abort } of this.#opening.values()) abort();
    for (const sessions of this.#sessions.values()) {
      for (const { session } of [...sessions]) session.destroy();
    }
  }

  #open(place: Place, timeoutMs: number): Opening {
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    const connecting = place.connect((error, socket) => {
      if (socket === undefined) {
        finish(error ?? new Error("No connection came about"));
        return;
      }
      const protocol = (socket as Partial<TLSSocket>).alpnProtocol;
      if (protocol !== undefined && protocol !== "h2") {
        socket.destroy();
        finish(
          new OriginError("unreachable", "The origin does not speak HTTP/2, which gRPC needs"),
        );
        return;
      }
      this.#begin(place, socket, timeoutMs, finish);
    });
    const finish = (error?: Error): void => {
      this.#opening.delete(place.key);
      if (error === undefined) resolve();
      else reject(error);
    };
    // Whoever waits for it is told.
    done.catch(() => {});
    return { done, abort: () => connecting.abort() };
  }

  #begin(place: Place, socket: Socket, timeoutMs: number, finish: (error?: Error) => void): void {
    const { headMax } = this.#options;
    const address = addressOf(socket);
    // The requests themselves name what is asked for.
    const session = connect("https://origin.invalid", {
      createConnection: () => socket,
      settings: { enablePush: false, maxHeaderListSize: headMax },
      maxHeaderListPairs: 2000,
      maxSessionMemory: sessionMemoryMax,
    });
    let problem: Error = new Error("The origin closed the connection");
    const stopWaiting = setDeadline(() => {
      problem = new OriginError("too-slow", `No word of HTTP/2 came within ${timeoutMs} ms`);
      session.destroy();
    }, timeoutMs);
    session.on("error", (error) => (problem = error));
    const fail = (): void => {
      stopWaiting();
      finish(problem);
    };
    session.once("close", fail);
    session.once("remoteSettings", () => {
      stopWaiting();
      session.off("close", fail);
      this.#keep(place, new KeptSession(session, address, (kept) => this.#rest(place, kept)));
      finish();
    });
  }

  #keep({ key }: Place, kept: KeptSession): void {
    const sessions = this.#sessions.get(key);
    if (sessions === undefined) this.#sessions.set(key, [kept]);
    else sessions.push(kept);
    const forget = (): void => this.#forget(key, kept);
    // It finishes what it has, and closes by itself.
    kept.session.once("goaway", forget);
    kept.session.once("close", forget);
  }

  #forget(key: string, kept: KeptSession): void {
    clearTimeout(kept.late);
    this.#idle.delete(kept);
    const sessions = this.#sessions.get(key);
    const at = sessions?.indexOf(kept) ?? -1;
    if (sessions === undefined || at < 0) return;
    sessions.splice(at, 1);
    if (sessions.length === 0) this.#sessions.delete(key);
  }

  /** Called when a session has no stream, and when it has one again. */
  #rest({ key, idleMaxMs }: Place, kept: KeptSession): void {
    clearTimeout(kept.late);
    this.#idle.delete(kept);
    if (kept.streams > 0 || kept.session.closed) return;
    const end = (): void => {
      this.#forget(key, kept);
      kept.session.close();
    };
    kept.end = end;
    kept.late = setTimeout(end, idleMaxMs).unref();
    this.#idle.add(kept);
    const [oldest] = this.#idle;
    if (this.#idle.size > this.#options.idleMax) oldest?.end();
  }
}

interface Opening {
  readonly done: Promise<void>;
  readonly abort: () => void;
}

/** One connection. */
export class KeptSession {
  readonly session: ClientHttp2Session;
  /** Where it leads, as `192.0.2.1:443`. */
  readonly address: string;
  /** Under way, and those that are about to begin. */
  streams = 0;
  /** Whether it has served a request before the one that is asked about. */
  get isReused(): boolean {
    return this.#requests > 1;
  }
  /** Of one that is idle: ends it, by itself when it is late. */
  end: () => void = () => {};
  late: NodeJS.Timeout | undefined;
  readonly #changed: (kept: KeptSession) => void;
  #requests = 0;

  /** @param changed told when there is a stream, and when there is none any more */
  constructor(session: ClientHttp2Session, address: string, changed: (kept: KeptSession) => void) {
    this.session = session;
    this.address = address;
    this.#changed = changed;
  }

  get hasRoom(): boolean {
    const { session } = this;
    if (session.closed || session.destroyed) return false;
    const { maxConcurrentStreams = streamsMax } = session.remoteSettings;
    return this.streams < Math.min(streamsMax, maxConcurrentStreams);
  }

  take(): void {
    this.streams += 1;
    this.#requests += 1;
    if (this.streams === 1) this.#changed(this);
  }

  /** To be called once for each that was taken: begins it. @throws Error, where the session takes none any more */
  request(fields: readonly string[], hasBody: boolean): ClientHttp2Stream {
    try {
      // Node ends a stream before it resets it, and the origin would take what was cancelled for complete: so the end of
      // what may be cancelled is said by itself, where trailers would stand.
      const stream = this.session.request(fields, {
        endStream: !hasBody,
        waitForTrailers: hasBody,
      });
      if (hasBody) stream.once("wantTrailers", () => stream.sendTrailers({}));
      stream.once("close", () => this.release());
      return stream;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** To be called instead where none is begun. */
  release(): void {
    this.streams -= 1;
    if (this.streams === 0) this.#changed(this);
  }
}

/** Where there are as many as may be. */
function leastOf(sessions: readonly KeptSession[]): KeptSession | undefined {
  if (sessions.length < sessionsMax) return undefined;
  const open = sessions.filter(({ session }) => !session.closed && !session.destroyed);
  return open.toSorted((one, other) => one.streams - other.streams)[0];
}

function addressOf({ remoteAddress = "", remotePort = 0 }: Socket): string {
  const host = remoteAddress.includes(":") ? `[${remoteAddress}]` : remoteAddress;
  return `${host}:${remotePort}`;
}
