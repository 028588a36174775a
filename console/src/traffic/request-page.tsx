/** One request: what answered it, and its whole way with every decision, against the time that it took. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { readTrace } from "../api/traces.ts";
import { useData } from "../api/use-data.ts";
import { copyText } from "../base/copy-text.ts";
import { moment } from "../base/quantities.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { notify } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import type { ViewProps } from "../way/view.ts";
import { curlOfTrace } from "./event-of-trace.ts";
import { MakeEventDialog } from "./make-event-dialog.tsx";
import { SendingDialog, SentAgain, useSending } from "./send-again.tsx";
import { toneOf } from "./traffic-page.tsx";
import { Waterfall } from "./waterfall.tsx";

export function RequestPage({ params }: ViewProps): JSX.Element {
  const { id = "" } = params;
  return <OneRequest key={id} id={id} />;
}

function OneRequest({ id }: { readonly id: string }): JSX.Element {
  const read = useData(`trace ${id}`, (signal) => readTrace(id, signal));
  const [isMaking, setMaking] = useState(false);
  const { data: trace } = read;
  const sending = useSending(trace);
  if (trace === undefined) {
    return read.error === undefined ? (
      <p class="quiet">Reading the request …</p>
    ) : (
      <Trouble
        isPage
        error={read.error}
        doing="read this request"
        home={["/traffic", "All requests"]}
        onRetry={read.reload}
      />
    );
  }
  const { request, response } = trace;
  const copyCurl = async (): Promise<void> => {
    const { line, leftOut } = curlOfTrace(trace);
    if (!(await copyText(line))) {
      notify("This browser lets the page copy nothing", "bad");
      return;
    }
    notify(
      leftOut.length === 0
        ? "Copied: it asks for the same again"
        : `Copied without what is masked: ${leftOut.join(", ")}`,
    );
  };
  return (
    <>
      <header class="page-head">
        <div>
          <p class="crumbs">
            <Link to="/traffic">Traffic</Link> / <span class="mono">{id}</span>
          </p>
          <div class="row">
            <h1 class="breaks">
              {request.method} {request.path}
              {request.query !== undefined && request.query !== "" && `?${request.query}`}
            </h1>
            <Badge tone={toneOf(response.status)}>
              {response.status} {response.result}
            </Badge>
          </div>
          <p class="quiet breaks">
            {request.scheme}://{request.host}, {moment(trace.at)}
          </p>
        </div>
        <div class="row">
          <Button
            icon="copy"
            title="A line for a shell that asks for the same"
            onClick={() => void copyCurl()}
          >
            Copy as curl
          </Button>
          <Button
            icon="play"
            title="The node sends it to its own edge"
            isBusy={sending.isBusy}
            onClick={sending.begin}
          >
            Send again
          </Button>
          {trace.functions.length > 0 && (
            <Button kind="primary" icon="file" onClick={() => setMaking(true)}>
              Make it a test event
            </Button>
          )}
        </div>
      </header>
      <div class="stack">
        <SentAgain trace={trace} sending={sending} />
        <div class={`note ${response.status >= 400 ? "note-bad" : "note-accent"}`}>
          <Icon name={response.status >= 400 ? "alert" : "info"} />
          <div class="breaks">
            <strong>Decided by {trace.decided_by.step}:</strong> {trace.decided_by.outcome}
            {trace.decided_by.setting !== undefined && (
              <p class="hint">{trace.decided_by.setting}</p>
            )}
            {response.sentence !== undefined && <p class="hint">{response.sentence}</p>}
          </div>
        </div>
        <Waterfall trace={trace} />
        <div class="two-cards">
          <Headers title="What the viewer sent" headers={request.headers} />
          <Headers title="What the viewer got" headers={response.headers} />
        </div>
      </div>
      {sending.isAsking && <SendingDialog trace={trace} sending={sending} />}
      {isMaking && <MakeEventDialog trace={trace} onClose={() => setMaking(false)} />}
    </>
  );
}

function Headers({
  title,
  headers,
}: {
  readonly title: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}): JSX.Element {
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
      </div>
      <dl class="card-body head-lines mono">
        {headers.map(({ name, value }, index) => (
          <div key={index}>
            <dt class="quiet">{name}</dt>
            <dd class="breaks">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
