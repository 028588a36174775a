/**
 * A call of the node's API in its JSON face, the one way by which this page does anything: AWS's operations and
 * `/footlight/v1/`, as any script would call them. Signed where somebody has signed in.
 */
import { signedInKey } from "./signed-in-key.ts";
import { signRequest, type SigningKey } from "./sign-request.ts";
import { encodeQuery } from "../base/percent-encode.ts";
import { ApiRefusal, NodeUnreachable, wantsSignIn } from "./api-refusal.ts";
import { connection } from "./connection.ts";
import { learnClock, nodeTime } from "./node-clock.ts";

export interface ApiCall {
  /** GET unless given. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Percent-encoded, from the root. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** The ETag of what is replaced. */
  readonly ifMatch?: string | undefined;
  /** Beside those of every call, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

interface Answer {
  readonly success: boolean;
  readonly data?: unknown;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly request_id: string;
  };
}

/**
 * @returns the member `data` of the answer
 * @throws ApiRefusal, when the API says no
 * @throws NodeUnreachable, when nothing answers
 */
export async function callApi<Data>(call: ApiCall): Promise<Data> {
  return dataOf<Data>(await send(call));
}

/** An answer that may be asked for again. */
export interface Known<Data> {
  /** Absent where the API gives none. */
  readonly etag: string | undefined;
  readonly data: Data;
}

/**
 * @param known what came before; it is what is returned where nothing has changed, and was not sent again
 * @throws ApiRefusal and NodeUnreachable, as `callApi` does
 */
export async function readAgain<Data>(
  call: ApiCall,
  known: Known<Data> | undefined,
): Promise<Known<Data>> {
  const sent = await send(call, known?.etag);
  if (sent.response.status === 304 && known !== undefined) return known;
  const etag = sent.response.headers.get("etag") ?? undefined;
  return { etag, data: await dataOf<Data>(sent) };
}

/** What is only read is taken for lost where nothing has come by then, in milliseconds: a network that is gone says nothing. */
const silentMaxMs = 30_000;

interface Sent {
  readonly response: Response;
  /** By which it was signed; undefined where nobody was signed in. */
  readonly key: SigningKey | undefined;
}

async function send(call: ApiCall, ifNoneMatch?: string): Promise<Sent> {
  const { method = "GET", path, query = {}, body, ifMatch, signal } = call;
  const text = body === undefined ? "" : JSON.stringify(body);
  const search = encodeQuery(query);
  const headers: Record<string, string> = {
    accept: "application/json",
    ...(text !== "" && { "content-type": "application/json" }),
    ...(ifMatch !== undefined && { "if-match": ifMatch }),
    ...(ifNoneMatch !== undefined && { "if-none-match": ifNoneMatch }),
    ...call.headers,
  };
  const key = signedInKey.value;
  const unsigned = { method, host: location.host, path, search, headers, body: text };
  const attempt = async (): Promise<Response> =>
    reach(search === "" ? path : `${path}?${search}`, {
      ...{ method, signal: signal ?? null, cache: "no-store" },
      headers: key === undefined ? headers : await signRequest(unsigned, key, nodeTime()),
      ...(text !== "" && { body: text }),
    });
  const response = await attempt();
  const isLate = key !== undefined && response.status === 403 && learnClock(response);
  return { key, response: isLate ? await attempt() : response };
}

async function dataOf<Data>({ response, key }: Sent): Promise<Data> {
  return dataIn(await read(response), response.status, key) as Data;
}

function dataIn(answer: Answer, status: number, key: SigningKey | undefined): unknown {
  if (answer.success) {
    connection.noteServed();
    return answer.data;
  }
  const { code = "UNKNOWN", message = "", request_id: id = "" } = answer.error ?? {};
  const refusal = new ApiRefusal(code, message, status, id);
  // Whoever has signed in by now with another key need not for what became of the one before.
  if (wantsSignIn(refusal) && key === signedInKey.value) connection.noteSignInWanted(refusal);
  throw refusal;
}

/**
 * @returns what an answer that goes on tells, line by line: the next is read when the one before was taken
 * @throws ApiRefusal, when the API says no, at once or later; NodeUnreachable, when it breaks off
 */
export async function* readLive<Data>(call: ApiCall): AsyncGenerator<Data, void> {
  const sent = await send(call);
  const { response, key } = sent;
  if (!response.ok || response.body === null) {
    await dataOf(sent);
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const pages: Data[] = [];
  // Apart from what waits for the next: that would hold the text of the last until then.
  const readMore = async (): Promise<boolean> => {
    const { done, value } = await reader.read();
    if (done) return false;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      pages.push(dataIn(JSON.parse(line) as Answer, response.status, key) as Data);
    }
    return true;
  };
  try {
    while (await readMore()) while (pages.length > 0) yield pages.shift()!;
  } catch (error) {
    if (error instanceof ApiRefusal || call.signal?.aborted === true) throw error;
    throw new NodeUnreachable({ cause: error });
  } finally {
    // Of what has failed there is nothing to be let go of.
    reader.cancel().catch(() => {});
  }
}

/** @throws TypeError, when it can't be sent as it is: that says nothing of the node */
async function reach(url: string, init: RequestInit): Promise<Response> {
  const { signal } = init;
  const silence = new AbortController();
  const isReading = init.method === "GET";
  const timer = isReading ? setTimeout(() => silence.abort(), silentMaxMs) : undefined;
  const signals = [silence.signal, ...(signal ? [signal] : [])];
  const request = new Request(url, { ...init, signal: AbortSignal.any(signals) });
  try {
    const response = await fetch(request);
    connection.noteAnswer();
    return response;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    connection.noteLoss();
    throw new NodeUnreachable({ cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** Something else than the API may answer: a proxy before the node, which is going down. */
async function read(response: Response): Promise<Answer> {
  try {
    const answer: unknown = await response.json();
    if (typeof answer === "object" && answer !== null && "success" in answer) {
      return answer as Answer;
    }
  } catch {
    // Told below.
  }
  throw new ApiRefusal(
    "NO_ANSWER",
    `What answered with status ${response.status} was not the API of Footlight`,
    response.status,
    "",
  );
}
