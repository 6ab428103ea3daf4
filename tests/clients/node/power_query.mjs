// Runs a query made for Power Query: `node power_query.mjs cells.pq`, its parameter Key in $KEY.
// Microsoft's own parser reads it; what the tree means is done here, only as far as the query in
// the documentation goes: an expression or a function that is not known here is an error. What it
// asks for is really asked. Prints the rows that it makes.

import { readFileSync } from "node:fs";
import powerquery from "@microsoft/powerquery-parser";
import { ask } from "./asking.mjs";

const { DefaultSettings, TaskUtils } = powerquery;

const LIBRARY = {
  "Web.Contents": (site, { RelativePath, Query, Headers }) => {
    for (const value of Object.values(Query))
      if (typeof value !== "string") throw new Error(`Query takes texts alone: ${value}`);
    return ask(`${site}/${RelativePath}?${new URLSearchParams(Query)}`, Headers);
  },
  "Json.Document": (text) => JSON.parse(text),
  "Uri.Parts": (address) => ({ Query: Object.fromEntries(new URL(address).searchParams) }),
  "List.Generate": (initial, condition, next) => {
    const list = [];
    for (let each = initial(); condition(each); each = next(each)) list.push(each);
    return list;
  },
  "List.Transform": (list, change) => list.map((each) => change(each)),
  "List.Combine": (lists) => lists.flat(1),
  "Table.FromRecords": (rows) => rows,
  "Table.TransformColumnTypes": (rows, types) =>
    rows.map((row) => ({
      ...row,
      ...Object.fromEntries(types.map(([name, typed]) => [name, typed(row[name])])),
    })),
  "Int64.Type": (value) => {
    if (!Number.isInteger(value)) throw new Error(`Not a whole number: ${value}`);
    return value;
  },
};
const TYPES = {
  datetimezone: (value) => {
    if (Number.isNaN(Date.parse(value))) throw new Error(`Not a time: ${value}`);
    return value;
  },
};
const OPERATORS = { "&": (a, b) => a + b, "<>": (a, b) => a !== b, "=": (a, b) => a === b };
const LITERALS = { null: null, true: true, false: false };

const elements = (wrapper) => wrapper.elements.map((csv) => csv.node);
const fields = (wrapper, scope) =>
  Object.fromEntries(elements(wrapper).map(({ key, value }) => [key.literal, run(value, scope)]));

function lookedUp(name, scope) {
  if (name in scope) return scope[name]();
  if (name in LIBRARY) return LIBRARY[name];
  throw new Error(`Not known here: ${name}`);
}

// Values are made when they are first needed, so that their order does not matter.
function withNames(pairs, scope) {
  const inner = { ...scope };
  for (const { key, value } of pairs) {
    let made;
    inner[key.literal] = () => (made ??= { value: run(value, inner) }).value;
  }
  return inner;
}

function continued(value, node, scope) {
  if (node.kind === "InvokeExpression")
    return value(...elements(node.content).map((argument) => run(argument, scope)));
  if (node.kind !== "FieldSelector") throw new Error(`Not known here: ${node.kind}`);
  const name = node.content.literal;
  if (value === null || !(name in value)) throw new Error(`There is no field ${name}.`);
  return value[name];
}

const MEANING = {
  LetExpression: (node, scope) =>
    run(node.expression, withNames(elements(node.variableList), scope)),
  FunctionExpression: (node, scope) => (...given) => {
    const names = elements(node.parameters.content).map((parameter) => parameter.name.literal);
    const bound = names.map((name, position) => [name, () => given[position]]);
    return run(node.expression, { ...scope, ...Object.fromEntries(bound) });
  },
  IfExpression: (node, scope) =>
    run(run(node.condition, scope) ? node.trueExpression : node.falseExpression, scope),
  RecordExpression: (node, scope) => fields(node.content, scope),
  ListExpression: (node, scope) => elements(node.content).map((each) => run(each, scope)),
  IdentifierExpression: (node, scope) => lookedUp(node.identifier.literal, scope),
  LiteralExpression: ({ literal }) =>
    literal in LITERALS ? LITERALS[literal] : JSON.parse(literal),
  RecursivePrimaryExpression: (node, scope) =>
    node.recursiveExpressions.elements.reduce(
      (value, each) => continued(value, each, scope),
      run(node.head, scope),
    ),
  TypePrimaryType: (node) => TYPES[node.paired.primitiveTypeKind ?? node.paired.literal],
};

function run(node, scope) {
  if (node.kind in MEANING) return MEANING[node.kind](node, scope);
  const operator = OPERATORS[node.operatorConstant?.constantKind];
  if (operator) return operator(run(node.left, scope), run(node.right, scope));
  throw new Error(`Not known here: ${node.kind}`);
}

const task = await TaskUtils.tryLexParse(DefaultSettings, readFileSync(process.argv[2], "utf8"));
if (!TaskUtils.isParseStageOk(task)) throw new Error(`It does not parse: ${task.error?.message}`);
console.log(JSON.stringify(run(task.ast, { Key: () => process.env.KEY })));
