/**
 * Reads the responses of one connection as their bytes come, each to a request that was sent before.
 *
 * Informational responses are passed over, as many as fit in a head's size, 100 once; whoever waits
 * for the real one counts its own time. What follows a response without having been asked for spoils the
 * connection, not the response.
 *
 * Source: RFC 9112; RFC 9110 §15.2.
 */
import { ChunkedReader } from "./chunked-reader.ts";
import { lists } from "../base/header-lines.ts";
import { valuesOf } from "./field-lines.ts";
import {
  MalformedResponse,
  OversizedHead,
  readResponseHead,
  type ResponseHead,
} from "./response-head.ts";

export interface ResponseEvents {
  head(head: ResponseHead): void;
  data(part: Buffer): void;
  /** The response is complete. @param persists whether the connection may take another request */
  complete(persists: boolean): void;
}

/** What a request offers to go on with on its connection (RFC 9110 §7.8). */
export interface OfferedProtocol {
  /** In lower case. */
  readonly name: string;
  /** The offer is taken: no response follows. @param early what came behind the head */
  switched(head: ResponseHead, early: Buffer): void;
}

type Body =
  | { readonly kind: "length"; left: number }
  | { readonly kind: "chunked"; readonly reader: ChunkedReader }
  | { readonly kind: "until-close" };

const noBytes = Buffer.alloc(0);

export class ResponseReader {
  readonly #headMax: number;
  #events: ResponseEvents | undefined;
  #method = "";
  #offer: OfferedProtocol | undefined;
  /** What came of a head so far, when it did not come in one piece; empty as a rule. */
  #early: Buffer = noBytes;
  #earlyLength = 0;
  #informational = 0;
  #hasContinued = false;
  #head: ResponseHead | undefined;
  #body: Body | undefined;

  /** @param headMax bytes of a response's head, informational ones before it included */
  constructor(headMax: number) {
    this.#headMax = headMax;
  }

  /** Whether a response is being waited for or read. */
  get isBusy(): boolean {
    return this.#events !== undefined;
  }

  /**
   * @param method of the request that was sent
   * @param offer what it may switch to instead of answering
   */
  expect(method: string, events: ResponseEvents, offer?: OfferedProtocol): void {
    this.#events = events;
    this.#method = method;
    this.#offer = offer;
    this.#informational = 0;
    this.#hasContinued = false;
    this.#head = undefined;
    this.#body = undefined;
  }

  /**
   * @returns false when bytes came that belong to no response: the connection is not to be used again
   * @throws MalformedResponse
   */
  read(bytes: Buffer): boolean {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#events === undefined) return false;
      rest = this.#body === undefined ? this.#readHead(rest) : this.#readBody(this.#body, rest);
    }
    return true;
  }

  /**
   * The connection has ended properly.
   *
   * @returns whether that completed a response; false when something was still to come
   */
  readEnd(): boolean {
    if (this.#body?.kind !== "until-close") return false;
    this.#complete(false);
    return true;
  }

  #readHead(bytes: Buffer): Buffer {
    const before = this.#earlyLength;
    const all = before === 0 ? bytes : this.#withEarly(bytes);
    const end = endOfHead(all, Math.max(0, before - 3));
    if ((end < 0 ? all.length : end) + this.#informational > this.#headMax) {
      throw new OversizedHead(`The head is larger than ${this.#headMax} bytes`);
    }
    if (end < 0) {
      if (!couldBegin(all)) throw new MalformedResponse("What came is no HTTP/1.x response");
      if (before === 0) this.#withEarly(bytes);
      return noBytes;
    }
    this.#early = noBytes;
    this.#earlyLength = 0;
    const head = readResponseHead(all.toString("latin1", 0, end), this.#method);
    if (head.status === 101) {
      this.#switch(head, all.subarray(end));
      return noBytes;
    }
    if (head.status < 200) {
      if (head.status === 100 && this.#hasContinued)
        throw new MalformedResponse("100 Continue twice");
      this.#hasContinued ||= head.status === 100;
      this.#informational += end;
    } else this.#begin(head);
    return all.subarray(end);
  }

  /** Nobody is told of a body or an end: neither follows. */
  #switch(head: ResponseHead, early: Buffer): void {
    const offer = this.#offer;
    if (offer === undefined) throw new MalformedResponse("101 without an Upgrade");
    if (!valuesOf(head.headers, "upgrade").some((value) => lists(value, offer.name)))
      throw new MalformedResponse(`101 to another protocol than ${offer.name}`);
    this.#events = undefined;
    offer.switched(head, early);
  }

  /** Appends to what came before. It may come byte by byte, so it is not copied each time. */
  #withEarly(bytes: Buffer): Buffer {
    const length = this.#earlyLength + bytes.length;
    if (length > this.#early.length) {
      const larger = Buffer.allocUnsafe(Math.max(4096, 2 * length));
      this.#early.copy(larger, 0, 0, this.#earlyLength);
      this.#early = larger;
    }
    bytes.copy(this.#early, this.#earlyLength);
    this.#earlyLength = length;
    return this.#early.subarray(0, length);
  }

  #begin(head: ResponseHead): void {
    this.#head = head;
    const { framing } = head;
    this.#body = undefined;
    switch (framing.kind) {
      case "none":
        break;
      case "length":
        if (framing.length > 0) this.#body = { kind: "length", left: framing.length };
        break;
      case "chunked":
        this.#body = { kind: "chunked", reader: new ChunkedReader() };
        break;
      case "until-close":
        this.#body = framing;
        break;
    }
    this.#events?.head(head);
    if (this.#body === undefined) this.#complete(head.persists);
  }

  #readBody(body: Body, bytes: Buffer): Buffer {
    const events = this.#events;
    if (events === undefined) return bytes;
    switch (body.kind) {
      case "until-close":
        events.data(bytes);
        return noBytes;
      case "length": {
        const part = bytes.length <= body.left ? bytes : bytes.subarray(0, body.left);
        body.left -= part.length;
        events.data(part);
        if (body.left === 0) this.#complete(this.#head?.persists === true);
        return bytes.subarray(part.length);
      }
      case "chunked": {
        const read = body.reader.read(bytes, (part) => events.data(part));
        if (body.reader.isComplete) this.#complete(this.#head?.persists === true);
        return bytes.subarray(read);
      }
    }
  }

  #complete(persists: boolean): void {
    const events = this.#events;
    this.#events = undefined;
    this.#head = undefined;
    this.#body = undefined;
    events?.complete(persists);
  }
}

/** @returns where the empty line has ended; -1 when it has not come yet */
function endOfHead(bytes: Buffer, from: number): number {
  const at = bytes.indexOf("\r\n\r\n", from, "latin1");
  return at < 0 ? -1 : at + 4;
}

/** So that what speaks another protocol is told apart at its first bytes. */
function couldBegin(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, 7);
  return "HTTP/1.".startsWith(bytes.toString("latin1", 0, length));
}
