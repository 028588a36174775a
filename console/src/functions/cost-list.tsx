/** The calls of a run that cost most, each a way to its place in the code. */
import type { JSX } from "preact";
import type { CallCost, RunCosts } from "../api/runs.ts";
import { percent } from "../base/quantities.ts";

/** More are no help. */
const shownMax = 6;

export function CostList({
  costs,
  onGoTo,
}: {
  readonly costs: RunCosts;
  readonly onGoTo: (place: CallCost) => void;
}): JSX.Element {
  const { base, calls } = costs;
  const shown = calls.slice(0, shownMax);
  const most = shown[0]?.utilization ?? 1;
  return (
    <section aria-label="What costs most">
      <h3>Calls that cost most</h3>
      {shown.length > 0 && (
        <ol class="costs">
          {shown.map((call) => (
            <li key={`${call.line}:${call.column}`}>
              <button type="button" class="cost" onClick={() => onGoTo(call)}>
                <span class="cost-place num">
                  <span class="unseen">line </span>
                  {call.line}
                </span>
                <span class="cost-callee mono">
                  {call.callee}()
                  {call.runs !== 1 && <span class="quiet num"> × {call.runs}</span>}
                </span>
                <span class="cost-track" aria-hidden="true">
                  <span
                    class="cost-fill"
                    style={{ width: `${(100 * call.utilization) / most}%` }}
                  />
                </span>
                <span class="num">{percent(call.utilization / 100)}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      <p class="hint">
        {shown.length === 0 && "No call of a built-in costs anything to speak of. "}
        {percent(base / 100)} is what every run costs before its first statement; what the lines
        cost stands beside the code.
      </p>
    </section>
  );
}
