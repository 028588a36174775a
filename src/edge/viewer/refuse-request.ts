/** The answers to what is no request that the flow could answer, and the records of them. */
import { firstValue } from "../../base/header-lines.ts";
import { writeResponseHead } from "../../http1/write-head.ts";
import type { SentAnswer } from "../answer/answer.ts";
import { errorPage } from "../answer/error-page.ts";
import type { Refusal } from "../answer/refusals.ts";
import { findDistribution } from "../deployment/find-distribution.ts";
import type { Edge } from "../edge.ts";
import type { RefusedHead } from "../record/refused-request.ts";
import type { ViewerConnection } from "../tls/viewer-connection.ts";
import { fieldsWith } from "./connection-header.ts";
import { plainAddress } from "./read-viewer-request.ts";
import { newRequestId } from "./request-id.ts";

/** Where it came from. */
export type RefusedFrom = Pick<ViewerConnection, "address" | "port" | "tls">;

type RefusingEdge = Pick<Edge, "signature" | "now" | "refusedListeners" | "deployment">;

/** @returns its page; the refusal is recorded */
export function refuseRequest(
  refusal: Refusal,
  { address, port, tls }: RefusedFrom,
  head: RefusedHead | undefined,
  edge: RefusingEdge,
): SentAnswer {
  const id = newRequestId();
  const page = pageOf(refusal, id, edge);
  if (edge.refusedListeners.length > 0) {
    const { detail, status } = refusal;
    const scheme = tls === undefined ? ("http" as const) : ("https" as const);
    const from = { scheme, ip: plainAddress(address), port };
    const bytesSent = encodePage(page).length;
    const at = performance.now();
    const host = hostIn(head?.headers ?? []);
    const distribution = host === "" ? undefined : findDistribution(edge.deployment().hosts, host);
    for (const told of edge.refusedListeners) {
      told({ id, at, detail, status, ...from, bytesSent, head, distribution });
    }
  }
  return page;
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
