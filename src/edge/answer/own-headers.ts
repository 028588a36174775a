/** What the edge says of itself in every answer, in the order that CloudFront writes it in. */
import { writeFields, writeKeptFields } from "../../http1/write-head.ts";
import type { ResultType } from "../record/result-types.ts";
import type { Mocked } from "../mocked.ts";
import type { Answer, SentAnswer } from "./answer.ts";

export interface EdgeNames {
  /** The edge location, X-Amz-Cf-Pop. */
  readonly pop: string;
  /** What the edge calls itself in Via, without the protocol version. */
  readonly viaName: string;
}

/** The edge's headers of one answer, made in the form that its transport writes. */
export interface OwnHeaders {
  /** Names and values in turn. */
  readonly lines: readonly string[];
  /** As HTTP/1.1 writes them, each line with its end. */
  readonly fields: string;
}

/** Signs answers: all but the request's id is the same for each with the same result, and written once. */
export class Signature {
  readonly #names: EdgeNames;
  readonly #written = new Map<ResultType, string>();

  constructor(names: EdgeNames) {
    this.#names = names;
  }

  /** The edge location. */
  get pop(): string {
    return this.#names.pop;
  }

  /**
   * Makes an answer ready for a transport.
   *
   * @param mocked told in a header of its own
   */
  sign(answer: Answer, requestId: string, mocked?: Mocked): SentAnswer {
    const { status, reason, headers, written, body, closesConnection = false, switched } = answer;
    const ownHeaders = new Signed(this, answer, requestId, mocked);
    return { status, reason, headers, written, body, closesConnection, switched, ownHeaders };
  }

  /** All but the last, names and values in turn. */
  linesBeforeId({ result, via }: Answer, mocked?: Mocked): string[] {
    const { viaName } = this.#names;
    const pop = mocked?.pop ?? this.#names.pop;
    const own = `1.1 ${viaName}`;
    const vias = via === "" ? own : `${via}, ${own}`;
    const lines = ["X-Cache", `${result} from cloudfront`, "Via", vias, "X-Amz-Cf-Pop", pop];
    if (mocked !== undefined) lines.push("X-Footlight-Mocked", mocked.told);
    return lines;
  }

  fieldsBeforeId(answer: Answer, mocked?: Mocked): string {
    if (answer.via !== "" || mocked !== undefined) {
      return writeFields(this.linesBeforeId(answer, mocked));
    }
    let fields = this.#written.get(answer.result);
    if (fields === undefined) {
      fields = writeKeptFields(this.linesBeforeId(answer));
      this.#written.set(answer.result, fields);
    }
    return fields;
  }
}

class Signed implements OwnHeaders {
  readonly #signature: Signature;
  readonly #answer: Answer;
  readonly #requestId: string;
  readonly #mocked: Mocked | undefined;

  constructor(signature: Signature, answer: Answer, requestId: string, mocked: Mocked | undefined) {
    this.#signature = signature;
    this.#answer = answer;
    this.#requestId = requestId;
    this.#mocked = mocked;
  }

  get lines(): readonly string[] {
    const { age } = this.#answer;
    const lines = this.#signature.linesBeforeId(this.#answer, this.#mocked);
    lines.push("X-Amz-Cf-Id", this.#requestId);
    if (age !== undefined) lines.push("Age", String(age));
    return lines;
  }

  get fields(): string {
    const { age } = this.#answer;
    const last = age === undefined ? "" : `Age: ${age}\r\n`;
    const before = this.#signature.fieldsBeforeId(this.#answer, this.#mocked);
    return `${before}X-Amz-Cf-Id: ${this.#requestId}\r\n${last}`;
  }
}
