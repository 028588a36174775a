/**
 * Compiles counters into a function's source: steps are counted (step-counters.ts), long texts are
 * charged for (text-charges.ts), computed names are kept for errors (computed-names.ts), and comparisons
 * with the clock are noted (clock-notes.ts).
 *
 * The text stays as it is, line for line; short calls are inserted into it.
 */
import type { AnyNode, ImportDeclaration, Program } from "acorn";
import { findClockComparisons } from "./clock-comparisons.ts";
import { ClockNotes } from "./clock-notes.ts";
import { ComputedNames } from "./computed-names.ts";
import { type CostMap, CostMarks } from "./cost-marks.ts";
import { type CoverageMap, CoverageMarks } from "./coverage-marks.ts";
import type { MeterNames } from "./meter-names.ts";
import { findNumeric } from "./numeric.ts";
import { type Insertion, SourceEdits } from "./source-edits.ts";
import { StepCounters } from "./step-counters.ts";
import { type Standing, TextCharges } from "./text-charges.ts";
import { children } from "./weigh.ts";
import { type Weights, weights as fitted } from "./weights.ts";

export interface Instrumented {
  /** The imports, as declarations. */
  readonly imports: string;
  /** The body of the factory, with the imports taken out. */
  readonly body: string;
  /** Absent unless it was asked for. */
  readonly coverage?: CoverageMap;
  readonly costs?: CostMap;
}

/** What is counted beside steps: statements and branches, or which of them cost most. */
export type Counts = "coverage" | "costs";

export function instrument(
  source: string,
  program: Program,
  names: MeterNames,
  weights: Weights = fitted,
  counts?: Counts,
): Instrumented {
  const edits = new SourceEdits(source);
  const costs =
    counts === "costs"
      ? new CostMarks(edits, source, program, { counter: names.hits, weights })
      : undefined;
  const steps = new StepCounters(edits, names, { weights, costs });
  const texts = new TextCharges(edits, names, findNumeric(program));
  const computed = new ComputedNames(edits, names);
  const clock = new ClockNotes(edits, names, findClockComparisons(program));
  const coverage = counts === "coverage" ? new CoverageMarks(edits, source, names.hits) : undefined;
  const marks = costs ?? coverage;
  let imports = "";

  const visit = (node: AnyNode, standing: Standing): void => {
    if (node.type === "ImportDeclaration") {
      imports += declarationOf(node, names);
      edits.remove(node.start, node.end);
      return;
    }
    if (node.type === "TaggedTemplateExpression") {
      // The quasi belongs to the tag; only what is computed inside it is visited.
      visit(node.tag, alone);
      for (const expression of node.quasi.expressions) visit(expression, alone);
      return;
    }
    const outer = steps.insertInto(node);
    const marked = marks?.insertInto(node) ?? [];
    const name: Insertion[] =
      node.type === "CallExpression" || node.type === "NewExpression"
        ? computed.insertInto(node)
        : [];
    const note = clock.insertInto(node);
    const behind = [...name, ...texts.insertInto(node, standing), ...note, ...marked, ...outer];
    const isInAddition = node.type === "BinaryExpression" && node.operator === "+";
    const unused = unusedChild(node);
    for (const child of children(node)) visit(child, { isInAddition, isUnused: child === unused });
    edits.insertAll(behind);
  };

  marks?.markAll(program.body);
  for (const statement of program.body) visit(statement, alone);
  const whole = steps.statement({ nodes: [program], extra: 0, at: program });
  return {
    ...(coverage && { coverage: { points: coverage.points, branches: coverage.branches } }),
    ...(costs && { costs: { points: costs.points, pieces: costs.pieces } }),
    imports: `${imports}${whole}`,
    body: edits.apply(),
  };
}

const alone: Standing = { isInAddition: false, isUnused: false };

function declarationOf({ specifiers, source }: ImportDeclaration, names: MeterNames): string {
  const [specifier] = specifiers;
  if (specifier === undefined) return "";
  return `const ${specifier.local.name}=${names.required}(${JSON.stringify(source.value)});`;
}

/** The expression whose value nothing takes, if a statement has one. */
function unusedChild(node: AnyNode): AnyNode | null | undefined {
  if (node.type === "ExpressionStatement") return node.expression;
  return node.type === "ForStatement" ? node.update : undefined;
}
