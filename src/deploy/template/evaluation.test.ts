import assert from "node:assert/strict";
import { test } from "node:test";
import { Evaluation, type Surroundings } from "./evaluation.ts";
import { templateOf } from "./template.ts";
import type { Value } from "./value.ts";

function evaluationOf(text: string, around: Partial<Surroundings> = {}): Evaluation {
  const body = `${text}\nResources:\n  Fn: {Type: "AWS::CloudFront::Function"}\n  New: {Type: "AWS::CloudFront::Function"}`;
  return new Evaluation(templateOf(body, "t.yaml"), {
    ...{ parameters: new Map(), stack: "shop", account: "123456789012", region: "eu-west-1" },
    attribute: ({ logicalId }, attribute) =>
      logicalId === "New" ? undefined : `fn-${attribute.toLowerCase()}`,
    imported: (name) => (name === "base-arn" ? "arn:base" : undefined),
    resolved: (reference) => (reference === "{{resolve:ssm:/known}}" ? "told" : undefined),
    ...around,
  });
}

/** Texts that are not known yet in `<>`. */
function plain(value: Value | undefined): unknown {
  if (value === undefined) return undefined;
  if (value.kind === "text") return value.text;
  if (value.kind === "unknown") return `<${value.text}>`;
  if (value.kind === "list") return value.items.map(plain);
  return Object.fromEntries([...value.entries].map(([name, member]) => [name, plain(member)]));
}

const sections = `
Parameters:
  Stage: {Type: String, Default: prod, AllowedValues: [prod, test]}
  Hosts: {Type: CommaDelimitedList, Default: "a.example, b.example"}
Mappings:
  Ttl: {prod: {Default: 60}, test: {Default: 0}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsTest: !Not [!Condition IsProd]
  Both: !And [!Condition IsProd, !Equals [a, a]]
  Either: !Or [!Condition IsTest, {Condition: Both}]
Outputs:
  Out:
    Value: `;

function evaluate(expression: string, around?: Partial<Surroundings>): unknown {
  const evaluation = evaluationOf(sections + expression, around);
  return plain(evaluation.evaluate(evaluation.template.outputs.get("Out")!.value));
}

test("Evaluation.evaluate() does what CloudFormation's functions do", () => {
  for (const [expression, expected] of [
    ["!Ref Stage", "prod"],
    ["!Ref Hosts", ["a.example", "b.example"]],
    ["!Ref Fn", "fn-ref"],
    ["!GetAtt Fn.FunctionMetadata.FunctionARN", "fn-functionmetadata.functionarn"],
    ["{'Fn::GetAtt': [Fn, Arn]}", "fn-arn"],
    ["!Sub '${Stage}-${Fn.Arn}-${!literal}-${AWS::Region}'", "prod-fn-arn-${literal}-eu-west-1"],
    ["!Sub ['${X}/${AWS::AccountId}', {X: !Ref Stage}]", "prod/123456789012"],
    ["!Join ['-', [!Ref Stage, x, !Ref 'AWS::Partition']]", "prod-x-aws"],
    ["!Join [',', !Ref Hosts]", "a.example,b.example"],
    ["!Select [1, !Ref Hosts]", "b.example"],
    ["!Select ['2', !Split ['/', 'http://host/path']]", "host"],
    ["!If [IsProd, {A: 1, B: !Ref 'AWS::NoValue'}, x]", { A: "1" }],
    ["[!If [IsTest, a, !Ref 'AWS::NoValue'], b]", ["b"]],
    ["!If [Both, !If [Either, yes-both, x], y]", "yes-both"],
    ["!FindInMap [Ttl, !Ref Stage, Default]", "60"],
    ["!FindInMap [Ttl, none, Default, {DefaultValue: 5}]", "5"],
    ["!Base64 hello", "aGVsbG8="],
    ["!ImportValue base-arn", "arn:base"],
    ["!Ref AWS::StackName", "shop"],
    ["!Length [a, !If [IsTest, b, !Ref 'AWS::NoValue'], c]", "2"],
    ["'x-{{resolve:ssm:/known}}'", "x-told"],
    // CDK names things by a part of it.
    ["!Select [4, !Split ['-', !Select [2, !Split ['/', !Ref AWS::StackId]]]]", "1a77115050f3"],
  ] as const) {
    assert.deepEqual(evaluate(expression), expected, expression);
  }
});

test("Evaluation.evaluate() carries along what is known once something is made", () => {
  for (const [expression, expected] of [
    ["!GetAtt New.Arn", "<${New.Arn}>"],
    ["!Sub 'x-${New}-${Stage}'", "<x-${New}-prod>"],
    ["!Select [1, !Split ['/', !GetAtt New.Arn]]", "<${New.Arn}>"],
    ["!Join ['', [a, !Ref New]]", "<a${New}>"],
  ] as const) {
    assert.deepEqual(evaluate(expression), expected, expression);
  }
});

test("Evaluation.evaluate() refuses with file and line what it can't do", () => {
  for (const [expression, message] of [
    ["!Ref Nobody", /^t\.yaml:\d+: there is no parameter and no resource "Nobody"/],
    ["!Select [5, !Ref Hosts]", /Fn::Select has 2 to select from, counted from 0, got "5"/],
    ["!FindInMap [Ttl, none, Default]", /the mapping Ttl has no none, Default/],
    ["!If [Nobody, a, b]", /there is no condition "Nobody"/],
    ["!ImportValue other", /no stack exports "other".* --value other=VALUE/],
    ["!GetAZs eu-west-1", /Footlight does not do Fn::GetAZs here/],
    ["!Join [a]", /Fn::Join takes a list of 2, got 1/],
    [
      "'{{resolve:ssm:/a/b}}'",
      /does not read \{\{resolve:ssm:\/a\/b\}\} from AWS: give it by --value '\{\{resolve:ssm:\/a\/b\}\}=VALUE'/,
    ],
    ["{A: 1, Fn::Transform: {Name: M}}", /Footlight does not do Fn::Transform here/],
    ["!Join [':', ['a {{resolve', 'ssm', '/a/b}} c']]", /not read \{\{resolve:ssm:\/a\/b\}\} from/],
  ] as const) {
    assert.throws(() => evaluate(expression), { name: "TemplateError", message }, expression);
  }
});

test("Evaluation takes given parameters, and refuses those that their rules don't allow", () => {
  const parameters = (text: string) => ({
    parameters: new Map([text.split("=") as [string, string]]),
  });
  assert.equal(evaluate("!Ref Stage", parameters("Stage=test")), "test");
  assert.throws(() => evaluate("!Ref Stage", parameters("Stage=dev")), {
    message: /the parameter Stage must be one of prod, test, got "dev"/,
  });
  assert.throws(() => evaluate("!Ref Stage", parameters("Stag=dev")), {
    message: /there is no parameter Stag: it takes Stage, Hosts/,
  });
  const more = `Parameters:\n  Size: {Type: Number, MinValue: 3}\n  Key: {Type: String, NoEcho: true, MinLength: 4, Default: abcd}\n`;
  assert.throws(() => evaluationOf(more), {
    message: /Size has no default.*--parameter Size=VALUE/,
  });
  assert.throws(() => evaluationOf(more, parameters("Size=2")), { message: /must be at least 3/ });
  assert.deepEqual(evaluationOf(more, parameters("Size=4")).secrets, ["abcd"]);
  const secret = new Map([
    ["Size", "4"],
    ["Key", "abc"],
  ]);
  assert.throws(() => evaluationOf(more, { parameters: secret }), {
    message: /the parameter Key must have at least 4 characters$/,
  });
});

test("Evaluation asks for a parameter of the Parameter Store only where it is used", () => {
  const stored = `Parameters:\n  Bootstrap: {Type: "AWS::SSM::Parameter::Value<String>", Default: /cdk/version}\nOutputs:\n  Out: {Value: !Ref Bootstrap}\n`;
  const evaluation = evaluationOf(stored);
  const { value } = evaluation.template.outputs.get("Out")!;
  assert.throws(() => evaluation.evaluate(value), { message: /--parameter Bootstrap=VALUE/ });
  const given = evaluationOf(stored, { parameters: new Map([["Bootstrap", "21"]]) });
  assert.equal(plain(given.evaluate(value)), "21");
});

test("a pattern that goes on and on, and types that there are not, are refused", () => {
  for (const [text, message] of [
    [
      `Parameters:\n  A: {Type: String, AllowedPattern: "(a+)+", Default: ${"a".repeat(60)}!}`,
      /AllowedPattern, \(a\+\)\+, that was not done in 500 ms/,
    ],
    ["Parameters:\n  A: {Type: Nope, Default: a}", /the parameter A has the Type Nope/],
    ["Resources:\n  A: {Type: 5}", /the resource A has the Type 5: one is like/],
  ] as const) {
    const read = (): unknown =>
      text.startsWith("Resources") ? templateOf(text, "t.yaml") : evaluationOf(text);
    assert.throws(read, { message });
  }
});

test("a condition that asks for itself is refused", () => {
  const text = "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n";
  const evaluation = evaluationOf(text);
  assert.throws(() => evaluation.isThere({ condition: "A", line: 1 }), {
    message: /asks for itself/,
  });
});
