/** The answers to what is no request that the flow could answer, and the records of them. */
import { performance } from "node:perf_hooks";
import { firstValue } from "../../base/header-lines.ts";
import { writeResponseHead } from "../../http1/write-head.ts";
import type { SentAnswer } from "../answer/answer.ts";
import { errorPage } from "../answer/error-page.ts";
import type { Refusal } from "../answer/refusals.ts";
import { findDistribution } from "../deployment/find-distribution.ts";
import type { Edge } from "../edge.ts";
import type { RefusedHead, RefusedRequest } from "../record/refused-request.ts";
import type { ViewerConnection } from "../tls/viewer-connection.ts";
import { fieldsWith } from "./connection-header.ts";
import { newRequestId } from "./request-id.ts";

/** Where it came from. */
export type RefusedFrom = Pick<ViewerConnection, "address" | "port" | "tls">;

type RefusingEdge = Pick<Edge, "signature" | "now" | "refusedListeners" | "deployment">;

/** @returns its page; the refusal is recorded */
export function refuseRequest(
  refusal: Refusal,
  from: RefusedFrom,
  head: RefusedHead | undefined,
  edge: RefusingEdge,
): SentAnswer {
  const id = newRequestId();
  const page = pageOf(refusal, id, edge);
  if (edge.refusedListeners.length > 0) {
    const { detail, status } = refusal;
    tell({ id, detail, status, bytesSent: encodePage(page).length, head }, from, edge);
  }
  return page;
}

/** Records a request that its viewer has given up before anything was done for it. */
export function noteGivenUp(
  from: RefusedFrom,
  head: RefusedHead | undefined,
  edge: RefusingEdge,
): void {
  if (edge.refusedListeners.length === 0) return;
  tell({ id: newRequestId(), detail: "givenUp", status: 0, bytesSent: 0, head }, from, edge);
}

function tell(
  what: Pick<RefusedRequest, "id" | "detail" | "status" | "bytesSent" | "head">,
  { address, port, tls }: RefusedFrom,
  { refusedListeners, deployment }: RefusingEdge,
): void {
  const host = hostIn(what.head?.headers ?? []);
  const { head } = what;
  const refused: RefusedRequest = {
    ...what,
    head: head && { ...head, headers: shortLines(head.headers) },
    at: performance.now(),
    ...{ scheme: tls === undefined ? "http" : "https", ip: address, port },
    distribution: host === "" ? undefined : findDistribution(deployment().hosts, host),
  };
  for (const listener of refusedListeners) listener(refused);
}

/** Of the lines of a head, in bytes: what is refused because there are too many is not kept for that. */
const toldMax = 16_384;

function shortLines(headers: readonly string[]): readonly string[] {
  let bytes = 0;
  for (const text of headers) bytes += text.length;
  if (bytes <= toldMax) return headers;
  const told: string[] = [];
  let left = toldMax;
  for (let index = 0; index < headers.length; index += 2) {
    const [name = "", value = ""] = headers.slice(index, index + 2);
    if (name.length + value.length > left) continue;
    left -= name.length + value.length;
    told.push(name, value);
  }
  return told;
}

/** What it can't be read as is no distribution's name. */
function hostIn(headers: readonly string[]): string {
  const host = firstValue(headers, "host") ?? "";
  return host.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
}

export function pageOf(
  refusal: Refusal,
  id: string,
  { signature, now }: Pick<RefusingEdge, "signature" | "now">,
): SentAnswer {
  return signature.sign(errorPage(refusal, id, now), id);
}

/** @returns all of the answer, which says that the connection ends */
export function encodePage(page: SentAnswer): Buffer {
  const head = writeResponseHead(page.status, page.reason, fieldsWith("close", page));
  return Buffer.concat([Buffer.from(head, "latin1"), page.body.whole ?? new Uint8Array()]);
}
