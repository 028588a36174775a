/** What must come of an event's run, a line each; what lines can't say is in the JSON. */
import type { JSX } from "preact";
import { Button } from "../parts/button.tsx";
import { TypedInput } from "../parts/typed-input.tsx";
import {
  expectedOf,
  expectedWords,
  hasName,
  isNumber,
  linesOfExpected,
  mayRepeat,
  newLine,
  type Expected,
  type ExpectedLine,
} from "./expectation-lines.ts";

export function ExpectedLines({
  expected,
  onChange,
}: {
  /** The member `expect` of the event's file. */
  readonly expected: unknown;
  /** Undefined where nothing is expected any more. */
  readonly onChange: (expected: object | undefined) => void;
}): JSX.Element {
  const { lines, rest } = linesOfExpected(expected);
  const put = (next: readonly ExpectedLine[]): void => onChange(expectedOf(next, rest));
  const offered = (Object.keys(expectedWords) as Expected[]).filter(
    (of) => !(of in rest) && (mayRepeat(of) || lines.every((line) => line.of !== of)),
  );
  const others = Object.keys(rest);
  return (
    <section class="lines" aria-label="What must come of it">
      <div class="row row-between">
        <h3>
          What must come of it <span class="quiet num">{lines.length + others.length}</span>
        </h3>
        <select
          class="select is-small event-add"
          aria-label="Expect something of the result"
          value=""
          onChange={(change) => {
            const { value } = change.currentTarget;
            change.currentTarget.value = "";
            if (value !== "") put([...lines, newLine(value as Expected)]);
          }}
        >
          <option value="">Add …</option>
          {offered.map((of) => (
            <option key={of} value={of}>
              {expectedWords[of]}
            </option>
          ))}
        </select>
      </div>
      {lines.map((line, index) => (
        <Line
          key={index}
          line={line}
          number={index + 1}
          onChange={(change) =>
            put(lines.map((each, at) => (at === index ? { ...each, ...change } : each)))
          }
          onRemove={() => put(lines.filter((_, at) => at !== index))}
        />
      ))}
      {others.length > 0 && (
        <p class="hint">
          The JSON says more of <span class="mono">{others.join(", ")}</span>
        </p>
      )}
    </section>
  );
}

function Line({
  line: { of, name, how, value },
  number,
  onChange,
  onRemove,
}: {
  readonly line: ExpectedLine;
  /** From 1. */
  readonly number: number;
  readonly onChange: (change: Partial<ExpectedLine>) => void;
  readonly onRemove: () => void;
}): JSX.Element {
  const word = expectedWords[of];
  const called = hasName(of) ? `${word.toLowerCase()} ${name}` : word;
  return (
    <div class={hasName(of) ? "expected-line is-named" : "expected-line"}>
      <span class="quiet">{word}</span>
      {hasName(of) && (
        <TypedInput
          class="input is-small mono"
          aria-label={`Name of the ${word.toLowerCase()}, line ${number}`}
          spellcheck={false}
          value={name}
          onText={(text, isDone) => {
            if (!isDone) return undefined;
            const next = of === "headers" ? text.toLowerCase() : text;
            onChange({ name: next });
            return next;
          }}
        />
      )}
      {isNumber(of) || of === "result" ? (
        <span />
      ) : (
        <select
          class="select is-small"
          aria-label={`How ${called} is compared`}
          value={how}
          onChange={(change) =>
            onChange({ how: change.currentTarget.value as ExpectedLine["how"] })
          }
        >
          <option value="is">is</option>
          <option value="matches">matches</option>
          {hasName(of) && <option value="absent">absent</option>}
        </select>
      )}
      {how !== "absent" && (
        <Value {...{ of, value, called }} onChange={(next) => onChange({ value: next })} />
      )}
      <Button kind="quiet" icon="close" isSmall label={`Expect no ${called}`} onClick={onRemove} />
    </div>
  );
}

function Value({
  of,
  value,
  called,
  onChange,
}: {
  readonly of: Expected;
  readonly value: string;
  readonly called: string;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const label = `Expected of ${called}`;
  if (of === "result") {
    return (
      <select
        class="select is-small expected-value"
        aria-label={label}
        value={value}
        onChange={(change) => onChange(change.currentTarget.value)}
      >
        <option value="request">a request</option>
        <option value="response">a response</option>
      </select>
    );
  }
  if (isNumber(of)) {
    return (
      <TypedInput
        class="input is-small num expected-value"
        type="number"
        aria-label={label}
        min={of === "status" ? 100 : 0}
        max={of === "status" ? 599 : 100}
        value={value}
        // Half a number is none yet.
        onText={(text, isDone) => {
          if (text === "") return isDone ? value : undefined;
          onChange(text);
          return text;
        }}
      />
    );
  }
  return (
    <input
      class="input is-small mono expected-value"
      aria-label={label}
      spellcheck={false}
      value={value}
      onInput={(change) => onChange(change.currentTarget.value)}
    />
  );
}
