/** The values of a template's parameters: those that were given, and their defaults; checked by the parameters' rules. */
import { isBoundedMatch, matchTimeoutMs } from "../../base/bounded-match.ts";
import type { Template, TemplateParameter } from "./template.ts";
import { requireScalar, type TemplateNode } from "./template-node.ts";

export interface ParameterInput {
  /** Those that were given. */
  readonly parameters: ReadonlyMap<string, string>;
}

type ParameterValue = string | readonly string[];

export class ParameterValues {
  /** Of those that are not to be shown. */
  readonly secrets: readonly string[];
  readonly #template: Template;
  readonly #values = new Map<string, ParameterValue>();

  /** @throws TemplateError */
  constructor(template: Template, { parameters }: ParameterInput) {
    this.#template = template;
    for (const name of parameters.keys()) {
      if (template.parameters.has(name)) continue;
      const known = [...template.parameters.keys()].join(", ");
      const takes = known === "" ? "it takes none" : `it takes ${known}`;
      throw template.refuse(undefined, `there is no parameter ${name}: ${takes}`);
    }
    for (const [name, parameter] of template.parameters) {
      const given = parameters.get(name);
      if (given !== undefined || !isStored(parameter)) {
        const text = given ?? this.#defaultOf(name, parameter);
        this.#values.set(name, this.#checked(name, parameter, text));
      }
    }
    this.secrets = [...template.parameters]
      .filter(([, { isSecret }]) => isSecret)
      .flatMap(([name]) => this.#values.get(name) ?? [])
      .filter((text) => text !== "");
  }

  /**
   * @returns undefined, when there is no such parameter
   * @throws TemplateError, when its value is in AWS's Parameter Store and was not given
   */
  find(name: string, line: number): ParameterValue | undefined {
    if (!this.#template.parameters.has(name)) return undefined;
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    throw this.#template.refuse(
      line,
      `the value of ${name} is in AWS's Parameter Store: give it by --parameter ${name}=VALUE`,
    );
  }

  #defaultOf(name: string, { default: node, line }: TemplateParameter): string {
    if (node !== undefined) return requireScalar(node, `Default of ${name}`, this.#template.refuse);
    throw this.#template.refuse(
      line,
      `the parameter ${name} has no default: give it by --parameter ${name}=VALUE`,
    );
  }

  #checked(name: string, parameter: TemplateParameter, text: string): ParameterValue {
    const { type, line } = parameter;
    const { refuse } = this.#template;
    const isList =
      /^(CommaDelimitedList|List<.+>|AWS::SSM::Parameter::Value<(List<.+>|CommaDelimitedList)>)$/.test(
        type,
      );
    const values = isList ? text.split(",").map((item) => item.trim()) : [text];
    for (const value of values) {
      const problem = problemOf(value, parameter, (node) =>
        requireScalar(node, `a rule of ${name}`, refuse),
      );
      const shown = parameter.isSecret ? "" : `, got "${value.slice(0, 200)}"`;
      if (problem !== undefined) throw refuse(line, `the parameter ${name} ${problem}${shown}`);
    }
    return isList ? values : text;
  }
}

/** Its default is a name in AWS's Parameter Store, and no value. */
function isStored({ type }: TemplateParameter): boolean {
  return type.startsWith("AWS::SSM::Parameter::Value<");
}

function problemOf(
  value: string,
  { type, rules }: TemplateParameter,
  textOf: (node: TemplateNode) => string,
): string | undefined {
  const rule = (name: string): string | undefined => {
    const node = rules.entries.get(name)?.value;
    return node === undefined ? undefined : textOf(node);
  };
  if (/Number/.test(type) && !/^-?(\d+\.?\d*|\.\d+)$/.test(value)) return "must be a number";
  const allowed = rules.entries.get("AllowedValues")?.value;
  if (allowed?.kind === "list") {
    const texts = allowed.items.map(textOf);
    if (!texts.includes(value)) return `must be one of ${texts.join(", ")}`;
  }
  const pattern = rule("AllowedPattern");
  if (pattern !== undefined) {
    const problem = mismatch(pattern, value);
    if (problem !== undefined) return problem;
  }
  const [minLength, maxLength] = [rule("MinLength"), rule("MaxLength")];
  if (value.length < Number(minLength ?? 0)) return `must have at least ${minLength} characters`;
  if (value.length > Number(maxLength ?? Infinity))
    return `must have up to ${maxLength} characters`;
  const [least, most] = [rule("MinValue"), rule("MaxValue")];
  if (least !== undefined && Number(value) < Number(least)) return `must be at least ${least}`;
  if (most !== undefined && Number(value) > Number(most)) return `must be up to ${most}`;
  return undefined;
}

/** CloudFormation matches the whole value; a pattern that only Java knows is not judged here. */
function mismatch(pattern: string, value: string): string | undefined {
  let whole: RegExp;
  try {
    whole = new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
  try {
    return isBoundedMatch(whole, value) ? undefined : `must match ${pattern}`;
  } catch {
    return `has an AllowedPattern, ${pattern}, that was not done in ${matchTimeoutMs} ms: write it without a repetition in a repetition`;
  }
}
