/**
 * The event's maps, and what goes back on the wire, compared with a model that is as plain as can be.
 *
 * The texts are made up: few names and many, repeated, like integers, and such as objects inherit.
 * The seed is fixed, so that a failure is found again.
 */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { FunctionCopy } from "../../model/function.ts";
import type { FunctionEvent, Outcome } from "../function-runtime.ts";
import { createRuntime } from "../isolate-runtime.ts";
import { randomFrom } from "../../../test/support/sample-random.ts";
import { copyOf, patientWatchdogMs, sampleEvent } from "../../../test/support/sample-copy.ts";

const howMany = Number(process.env["FOOTLIGHT_FUZZ_EVENTS"] ?? 60);

const runtime = createRuntime({ watchdogMs: patientWatchdogMs });
after(() => runtime.close());

const random = randomFrom(20_261_128);
const below = (limit: number): number => Math.floor(random() * limit);
const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;

const inherited = ["constructor", "toString", "__proto__", "hasOwnProperty"];
const integers = ["7", "0", "12", "4294967294", "4294967295", "007", "1e3", "-1"];
const name = (): string =>
  pick([
    () => pick(inherited),
    () => pick(integers),
    () => String(below(3000)),
    () => `n${below(40)}`,
    () => `n${below(40)}`,
    () => `${"prefix".repeat(20)}${below(9)}`,
  ])();
const list = <Item>(make: () => Item): Item[] =>
  Array.from({ length: pick([0, 1, 3, 15, 16, 17, 40, 120]) }, make);

/** A name with its values in the order they came, and for a response's cookie their attributes. */
type Model = Map<string, [value: string, attributes: string | undefined][]>;

function modelOf(triples: readonly (readonly [string, string, (string | undefined)?])[]): Model {
  const model: Model = new Map();
  for (const [key, value, attributes] of triples) {
    const values = model.get(key) ?? [];
    model.set(key, [...values, [value, attributes]]);
  }
  return model;
}

/** What JSON.stringify makes of the map: V8's order of names is the one thing that is not modelled. */
function shown(model: Model): string {
  const item = ([value, attributes]: [string, string | undefined]): object =>
    attributes === undefined ? { value } : { value, attributes };
  const map: object = Object.create(null);
  for (const [key, values] of model) {
    const [first] = values;
    if (first === undefined) continue;
    const entry = item(first);
    (map as Record<string, object>)[key] =
      values.length > 1 ? { ...entry, multiValue: values.map(item) } : entry;
  }
  return JSON.stringify(map);
}

const pairsOf = (text: string, separator: string): [string, string][] =>
  text
    .split(separator)
    .map((pair) => (separator === ";" ? pair.trim() : pair))
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [key, ...rest] = pair.split("=");
      return [key as string, rest.join("=")];
    });

interface Kind {
  readonly place: string;
  make(): { readonly event: FunctionEvent; readonly model: Model };
  /** The names and values that stand on the wire after the run, in order. */
  wire(outcome: Outcome): readonly (readonly [string, string])[];
  /** Those that should. */
  lines(model: Model): readonly (readonly [string, string])[];
}

const requestWith = (change: Partial<FunctionEvent["request"]>): FunctionEvent => ({
  ...sampleEvent,
  request: { ...sampleEvent.request, ...change },
});
const responseWith = (headers: readonly string[]): FunctionEvent => ({
  ...sampleEvent,
  eventType: "viewer-response",
  response: { statusCode: 200, statusDescription: "OK", headers },
});
const linesOf = (headers: readonly string[]): [string, string][] =>
  headers.flatMap((line, i): [string, string][] =>
    i % 2 === 0 ? [[line.toLowerCase(), headers[i + 1] as string]] : [],
  );
const headersOf = (outcome: Outcome): [string, string][] => {
  if (outcome.type === "request") return linesOf(outcome.request.headers);
  assert.equal(outcome.type, "response", JSON.stringify(outcome).slice(0, 300));
  return outcome.type === "response" ? linesOf(outcome.response.headers) : [];
};
const allPairs = (model: Model): [string, string][] =>
  [...model].flatMap(([key, values]) => values.map(([value]): [string, string] => [key, value]));
const pairs = (): string[] =>
  list(() => `${name()}${pick(["=", "=", ""])}${pick(["", "v", "a=b"])}`);

/** Headers whose repeated names stand where the first of them stood are easy to say in a list. */
const headerKind = (place: string, eventOf: (headers: string[]) => FunctionEvent): Kind => ({
  place,
  make() {
    const lines = list((): [string, string] => [
      pick([name(), name().toUpperCase()]),
      pick(["", "v", "w"]),
    ]);
    return {
      event: eventOf(lines.flat()),
      model: modelOf(lines.map(([key, value]) => [key.toLowerCase(), value])),
    };
  },
  wire: (outcome) => headersOf(outcome).filter(([key]) => key !== "host"),
  lines: allPairs,
});

const kinds: readonly Kind[] = [
  {
    place: "request.querystring",
    make() {
      const querystring = pairs().join("&");
      return { event: requestWith({ querystring }), model: modelOf(pairsOf(querystring, "&")) };
    },
    wire: (outcome) =>
      outcome.type === "request" ? pairsOf(outcome.request.querystring ?? "", "&") : [],
    lines: allPairs,
  },
  {
    place: "request.cookies",
    make() {
      const line = pairs().join(pick([";", "; ", " ;  "]));
      const headers = ["Host", "shop.example", "Cookie", line];
      return { event: requestWith({ headers }), model: modelOf(pairsOf(line, ";")) };
    },
    wire: (outcome) =>
      pairsOf(headersOf(outcome).find(([key]) => key === "cookie")?.[1] ?? "", ";"),
    lines: allPairs,
  },
  headerKind("request.headers", (headers) =>
    requestWith({ headers: ["Host", "shop.example", ...headers] }),
  ),
  headerKind("response.headers", responseWith),
  {
    place: "response.cookies",
    make() {
      const lines = pairs().map((pair) => pair + pick(["", "", "; Path=/", "; Secure; A=b"]));
      const model = modelOf(
        lines
          .map((line) => {
            const [pair = "", ...attributes] = line.split("; ");
            const [key = "", ...value] = pair.split("=");
            const given = attributes.length === 0 ? undefined : attributes.join("; ");
            return [key, value.join("="), given] as const;
          })
          .filter(([key]) => key !== ""),
      );
      return { event: responseWith(lines.flatMap((line) => ["Set-Cookie", line])), model };
    },
    wire: (outcome) =>
      headersOf(outcome).map(([, line]) => {
        const [pair = "", ...attributes] = line.split("; ");
        const [key = "", ...value] = pair.split("=");
        return [key, [value.join("="), ...attributes].join("; ")];
      }),
    lines: (model) =>
      [...model].flatMap(([key, values]) =>
        values.map(([value, attributes]): [string, string] => [
          key,
          attributes === undefined ? value : `${value}; ${attributes}`,
        ]),
      ),
  },
];

const copies = new Map<string, FunctionCopy>();
/** Runs a function's body, in which `m` is the map and `k` a key. */
function run(place: string, body: string, event: FunctionEvent, key = ""): Outcome {
  const [holder = "", map = ""] = place.split(".");
  const source = `function handler(e) { var r = e.${holder}, m = r.${map}, k = e.request.uri.slice(1); ${body} }`;
  const copy = copies.get(source) ?? copyOf(source);
  copies.set(source, copy);
  return runtime.run(copy, { ...event, request: { ...event.request, uri: `/${key}` } }).outcome;
}

const byName = (lines: readonly (readonly [string, string])[]): string[] =>
  lines.map((line) => JSON.stringify(line)).sort();

for (const kind of kinds) {
  const { place } = kind;
  const isHeaders = place.endsWith("headers");
  /** Headers keep their lines' places, which the model of a list has not. */
  const same = (outcome: Outcome, model: Model, event: FunctionEvent): void => {
    const [wire, lines] = [kind.wire(outcome), kind.lines(model)];
    if (isHeaders) assert.deepEqual(byName(wire), byName(lines), JSON.stringify(event));
    else assert.deepEqual(wire, lines, JSON.stringify(event));
  };

  test(`a function sees in ${place} what a naive reading finds`, () => {
    for (let i = 0; i < howMany; i += 1) {
      const { event, model } = kind.make();
      const outcome = run(place, "return { statusCode: 200, body: JSON.stringify(m) }", event);
      assert.equal(outcome.type, "response");
      const body = outcome.type === "response" ? Buffer.from(outcome.response.body ?? "") : "";
      if (place === "request.headers") model.set("host", [["shop.example", undefined]]);
      assert.deepEqual(
        JSON.parse(body.toString()),
        JSON.parse(shown(model)),
        JSON.stringify(event),
      );
    }
  });

  test(`what a function changes in ${place}, and nothing else, changes on the wire`, () => {
    for (let i = 0; i < howMany; i += 1) {
      const { event, model } = kind.make();
      const names = [...model.keys()].filter((key) => key !== "__proto__");
      const some = names.length === 0 ? undefined : pick(names);

      const untouched = run(place, "Object.keys(m); return r", event);
      if (untouched.type === "request") assert.deepEqual(untouched.request, event.request);
      else if (untouched.type !== "response") assert.fail(JSON.stringify(untouched));
      else assert.deepEqual(untouched.response.headers, event.response?.headers);

      const added = run(place, "m['a-new'] = { value: 'n' }; return r", event);
      same(added, new Map([...model, ["a-new", [["n", undefined]]]]), event);

      if (some === undefined) continue;
      const without = new Map(model);
      without.delete(some);
      same(run(place, "delete m[k]; return r", event, some), without, event);

      const changed = new Map(model);
      changed.set(some, [
        ["one", undefined],
        ["two", undefined],
      ]);
      const body =
        "m[k] = { value: 'one', multiValue: [{ value: 'one' }, { value: 'two' }] }; return r";
      same(run(place, body, event, some), changed, event);
    }
  });
}
