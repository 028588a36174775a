/* oxlint-disable typescript/unbound-method -- methods are taken off their objects here on purpose */
/**
 * What a connection function is handed in the place of an event, and what it decided.
 *
 * The connection travels as JSON in a header of a request that nobody made (event/connection-event.ts), and the decision as the
 * body of a response that nobody gets: so all that runs functions runs these, too.
 *
 * Source: CloudFront Developer Guide, "Write CloudFront Connection Function code for mutual TLS (viewer) validation".
 */
import type { GuestKit } from "./kit.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestConnection(kit: GuestKit) {
  "use strict";
  const { meter, slice, quote, parseJson, TypeError } = kit;
  let decision = "";
  let logged = "";

  return {
    /** @param event the request's, which the customer's code doesn't see */
    begin(event: unknown): object {
      decision = "";
      logged = "";
      const { headers } = (event as { request: { headers: Record<string, { value: string }> } })
        .request;
      const connection = parseJson(headers["x-connection"]!.value) as Record<string, unknown>;
      connection["allow"] = function allow(): void {
        meter.spend(400);
        if (decision === "") decision = "allow";
      };
      // Who has said no once has said it.
      connection["deny"] = function deny(): void {
        meter.spend(400);
        decision = "deny";
      };
      connection["logCustomData"] = function logCustomData(text?: unknown): void {
        meter.spend(400);
        if (typeof text !== "string") throw new TypeError("logCustomData takes a string");
        logged = slice(text, 0, 800);
        meter.allocate(logged.length);
      };
      return connection;
    },

    /** The beginning of an answer. */
    answer(): string {
      const data = quote(`["${decision}",${quote(logged)}]`);
      return `{"type":"response","statusCode":200,"headers":0,"cookies":0,"body":{"encoding":"text","data":${data}}`;
    },
  };
}

export type GuestConnection = ReturnType<typeof guestConnection>;
