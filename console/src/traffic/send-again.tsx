/** Sends a request that came to this node's edge once more, and tells what came of it beside what came then. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { sendAgain, type SentRequest, type Trace } from "../api/traces.ts";
import { byteSize } from "../base/quantities.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { useAction } from "../parts/use-action.ts";
import { Link } from "../way/link.tsx";
import { milliseconds, toneOf } from "./traffic-page.tsx";

/** RFC 9110 §9.2.1: what asks for nothing to be done. */
const safe = ["GET", "HEAD", "OPTIONS", "TRACE"];

export interface Sending {
  readonly isBusy: boolean;
  readonly sent: SentRequest | undefined;
  readonly error: unknown;
  /** Whether somebody must say first that it may do something. */
  readonly isAsking: boolean;
  readonly begin: () => void;
  readonly send: () => void;
  readonly leave: () => void;
}

export function useSending(trace: Trace | undefined): Sending {
  const [isAsking, setAsking] = useState(false);
  const [sent, setSent] = useState<SentRequest>();
  const { isBusy, error, run } = useAction(async () => {
    if (trace === undefined) return;
    setAsking(false);
    setSent(await sendAgain(trace.id));
  });
  const begin = (): void => {
    if (trace !== undefined && safe.includes(trace.request.method)) run();
    else setAsking(true);
  };
  return { isBusy, isAsking, sent, error, begin, send: run, leave: () => setAsking(false) };
}

export function SendingDialog({
  trace,
  sending,
}: {
  readonly trace: Trace;
  readonly sending: Sending;
}): JSX.Element {
  const { method, host } = trace.request;
  return (
    <Dialog
      title={`Send the ${method} again?`}
      onClose={sending.leave}
      onSubmit={sending.send}
      actions={
        <>
          <Button onClick={sending.leave}>Cancel</Button>
          <Button kind="primary" type="submit">
            Send it
          </Button>
        </>
      }
    >
      <p>
        {method} may change something at the origin of {host}, as it may have done the first time.
        Of its body nothing is kept, so it is sent without.
      </p>
    </Dialog>
  );
}

export function SentAgain({
  trace,
  sending: { sent, error },
}: {
  readonly trace: Trace;
  readonly sending: Sending;
}): JSX.Element | null {
  if (error !== undefined) return <Trouble error={error} doing="send the request again" />;
  if (sent === undefined) return null;
  const { response } = trace;
  return (
    <div class="note note-accent" role="status">
      <Icon name="play" />
      <div class="grow breaks">
        <strong>Sent again, from this node:</strong>{" "}
        <Badge tone={toneOf(response.status)}>{response.status}</Badge> then,{" "}
        <Badge tone={toneOf(sent.status)}>{sent.status}</Badge> now, with {byteSize(sent.bytes)} in{" "}
        {milliseconds(sent.took_ms)}
        {sent.left_out.length > 0 && (
          <p class="hint">
            Without {sent.left_out.join(", ")}: {sent.left_out.length === 1 ? "it is" : "they are"}{" "}
            not kept
          </p>
        )}
      </div>
      {sent.id !== undefined && (
        <Link to={`/traffic/${encodeURIComponent(sent.id)}`} class="button button-plain is-small">
          Its way
        </Link>
      )}
    </div>
  );
}
