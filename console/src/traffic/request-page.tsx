/** One request: what answered it, and its whole way with every decision, against the time that it took. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { readTrace, type Trace, type TracedAttempt, type TracedChange } from "../api/traces.ts";
import { useData } from "../api/use-data.ts";
import { copyText } from "../base/copy-text.ts";
import { byteSize, moment } from "../base/quantities.ts";
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
import { milliseconds, toneOf } from "./traffic-page.tsx";

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

function Waterfall({ trace }: { readonly trace: Trace }): JSX.Element {
  const { request, response, behavior, distribution, cache, functions } = trace;
  const all = Math.max(response.took_ms, 0.01);
  const ran = (type: string): JSX.Element[] =>
    functions
      .filter((each) => each.event_type === type)
      .map((each) => (
        <Step
          key={`${type} ${each.name}`}
          title={type}
          isBad={each.message !== undefined}
          hint={`In ${milliseconds(each.ended_ms - each.started_ms)}, compute utilization ${each.compute_utilization} %`}
          bar={<Bar all={all} parts={[[each.started_ms, each.ended_ms, "run"]]} />}
          what={
            <>
              <Link to={`/functions/${encodeURIComponent(each.name)}`}>{each.name}</Link>{" "}
              {each.message !== undefined
                ? `failed${each.line === undefined ? "" : ` in line ${each.line}`}: ${each.message}`
                : each.changes.length === 0
                  ? "changed nothing"
                  : each.outcome === "response" && type === "viewer-request"
                    ? "answered itself"
                    : ""}
            </>
          }
        >
          <Changes changes={each.changes} />
          {each.logs.length > 0 && (
            <ol class="log-lines" aria-label={`What ${each.name} printed`}>
              {each.logs.map((line, index) => (
                <li key={index}>{line}</li>
              ))}
            </ol>
          )}
        </Step>
      ));
  return (
    <section class="card" aria-label="Its way">
      <div class="card-head">
        <h2>Its way</h2>
        <span class="num quiet">{milliseconds(response.took_ms)}</span>
      </div>
      <ol class="waterfall">
        <Step
          title="Viewer"
          what={`${request.ip}${request.country === undefined ? "" : `, in ${request.country},`} by HTTP/${request.http_version}`}
          hint={trace.revision === undefined ? undefined : `By revision ${trace.revision}`}
        />
        {distribution && (
          <Step
            title="Distribution"
            what={
              <>
                <Link
                  to={`/distributions/${distribution.id}?url=${encodeURIComponent(request.path)}`}
                >
                  {distribution.id}
                </Link>
                {behavior && ` by ${behavior.path_pattern}`}
              </>
            }
          />
        )}
        {trace.decisions.map(({ step, outcome, setting }, index) => (
          <Step key={`${step} ${index}`} title={step} what={outcome} hint={setting} />
        ))}
        {ran("viewer-request")}
        {cache && (
          <Step
            title="Cache"
            what={cache.because}
            hint={[cache.key && `Key ${cache.key}`, cache.not_stored].filter(Boolean).join(". ")}
          />
        )}
        {trace.origins.map((attempt, index) => (
          <Attempt key={index} attempt={attempt} all={all} />
        ))}
        {ran("viewer-response")}
        {trace.response_headers_policy && (
          <Step
            title="Headers policy"
            what={trace.response_headers_policy.name}
            hint={trace.response_headers_policy.cors}
          >
            <Changes changes={trace.response_headers_policy.changes} />
          </Step>
        )}
        <Step
          title="Answer"
          isBad={response.status >= 400}
          what={`${response.status} ${response.result}, ${byteSize(response.bytes)}`}
          hint={
            response.first_byte_ms === undefined
              ? undefined
              : `First byte after ${milliseconds(response.first_byte_ms)}`
          }
          bar={
            <Bar
              all={all}
              parts={[[response.first_byte_ms ?? response.took_ms, response.took_ms, "answer"]]}
            />
          }
        />
      </ol>
    </section>
  );
}

function Attempt({
  attempt,
  all,
}: {
  readonly attempt: TracedAttempt;
  readonly all: number;
}): JSX.Element {
  const { started_ms: start, connected_ms: connected, first_byte_ms: first } = attempt;
  const { ended_ms: end = all, fault, error } = attempt;
  const upTo = connected ?? end;
  const parts: readonly BarPart[] = [
    [start, upTo, "connect"],
    ...(connected === undefined ? [] : ([[connected, first ?? end, "wait"]] as const)),
    ...(first === undefined ? [] : ([[first, end, "receive"]] as const)),
  ];
  const said = [
    attempt.is_reused
      ? "On a connection that was there"
      : `Connected in ${milliseconds(upTo - start)}`,
    ...(connected === undefined
      ? []
      : [`waited ${milliseconds((first ?? end) - connected)} for its answer`]),
    ...(first === undefined ? [] : [`read it in ${milliseconds(end - first)}`]),
  ].join(", ");
  return (
    <Step
      title={`Origin ${attempt.origin_id}`}
      isBad={fault !== undefined || error !== undefined}
      what={
        attempt.status === undefined
          ? `${attempt.address ?? ""} gave no answer: ${error ?? fault ?? "it was left"}`
          : `${attempt.address ?? ""} answered ${attempt.status}`
      }
      hint={said}
      bar={<Bar all={all} parts={parts} />}
    />
  );
}

type BarKind = "connect" | "wait" | "receive" | "answer" | "run";
type BarPart = readonly [from: number, to: number, kind: BarKind];

/** When in the whole time something was; what it says stands beside it in words. */
function Bar({
  all,
  parts,
}: {
  readonly all: number;
  readonly parts: readonly BarPart[];
}): JSX.Element {
  return (
    <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {parts.map(([from, to, kind]) => (
        <rect
          key={kind}
          class={`bar-${kind}`}
          x={Math.min(99.4, (from / all) * 100)}
          width={Math.max(0.6, ((to - from) / all) * 100)}
          y="0"
          height="10"
        />
      ))}
    </svg>
  );
}

function Step({
  title,
  what,
  hint,
  bar,
  isBad = false,
  children,
}: {
  readonly title: string;
  readonly what: ComponentChildren;
  readonly hint?: string | undefined;
  readonly bar?: JSX.Element;
  readonly isBad?: boolean;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <li class={isBad ? "fall is-bad" : "fall"}>
      <span class="fall-title">{title}</span>
      <div class="fall-what">
        <div class="breaks">{what}</div>
        {hint !== undefined && hint !== "" && <p class="hint breaks">{hint}</p>}
        {children}
      </div>
      <div class="fall-bar">{bar}</div>
    </li>
  );
}

function Changes({ changes }: { readonly changes: readonly TracedChange[] }): JSX.Element | null {
  if (changes.length === 0) return null;
  return (
    <ul class="fall-changes mono">
      {changes.map(({ of, from, to }) => (
        <li key={of} class="breaks">
          <span class="quiet">{of}</span>{" "}
          {from !== undefined && (
            <del>
              <span class="unseen">before </span>
              {from}
            </del>
          )}{" "}
          {to !== undefined && (
            <ins>
              <span class="unseen">after </span>
              {to}
            </ins>
          )}
        </li>
      ))}
    </ul>
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
