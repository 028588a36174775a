/** A request's whole way with every decision, against the time that it took. */
import type { ComponentChildren, JSX } from "preact";
import type { Trace, TracedAttempt, TracedChange } from "../api/traces.ts";
import { byteSize } from "../base/quantities.ts";
import { Link } from "../way/link.tsx";
import { milliseconds } from "./traffic-page.tsx";

export function Waterfall({ trace }: { readonly trace: Trace }): JSX.Element {
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
