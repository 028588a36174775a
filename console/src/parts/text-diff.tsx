import type { JSX } from "preact";
import { textDifference } from "./text-difference.ts";

const signs = { same: " ", added: "+", removed: "−" } as const;

/** Two texts, the lines of one in red, of the other in green, with signs for who sees neither. */
export function TextDiff({
  before,
  after,
  label,
}: {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}): JSX.Element {
  const lines = textDifference(before, after);
  return (
    <div class="diff" tabIndex={0} role="region" aria-label={label}>
      <table class="diff-table">
        <thead class="unseen">
          <tr>
            <th>Line before</th>
            <th>Line after</th>
            <th>Sign</th>
            <th>Text</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) =>
            line.kind === "gap" ? (
              <tr key={index} class="diff-gap">
                <td colSpan={4}>
                  {line.count} {line.count === 1 ? "line" : "lines"} the same
                </td>
              </tr>
            ) : (
              <tr key={index} class={`diff-${line.kind}`}>
                <td class="diff-number num">{line.before}</td>
                <td class="diff-number num">{line.after}</td>
                <td class="diff-sign">{signs[line.kind]}</td>
                <td>{line.text}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}
