/**
 * What executing a piece of syntax costs, in steps, by kind of node.
 *
 * Fitted by tools/fit-utilization.ts to measurements of njs; see docs/functions.md. `RegExp` is a
 * literal's compilation, `entry` a
 * call's own cost, `turn` a loop's, `other` any node that is not named.
 */
export type Weights = Readonly<Record<string, number>>;

export const weights: Weights = {
  CallExpression: 125,
  NewExpression: 1228,
  MemberExpression: 237,
  ObjectExpression: 527,
  ArrayExpression: 1660,
  Property: 163,
  FunctionExpression: 389,
  ArrowFunctionExpression: 389,
  FunctionDeclaration: 389,
  TemplateLiteral: 1073,
  BinaryExpression: 39,
  AssignmentExpression: 1,
  VariableDeclarator: 1,
  AwaitExpression: 904,
  ThrowStatement: 165,
  TryStatement: 330,
  RegExp: 1807,
  entry: 81,
  turn: 83,
  other: 1,
};
