// Finds strings that stand bare in JSX, and so in one language only; `node bare.mjs FILE...`.
import { readFileSync } from "node:fs";
import ts from "typescript";

// Attributes that people read or hear.
const READ = new Set(
  "aria-label aria-description aria-roledescription title placeholder label alt description called error word".split(
    " ",
  ),
);
const LETTERS = /\p{L}{2,}/u;
// Names, and names of keys on a keyboard, are the same everywhere.
const PLAIN = /^\W*(?:Kervan|Ctrl|Esc|Enter|K)?\W*$/u;

function strings(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node];
  if (ts.isTemplateExpression(node)) {
    return [node.head, ...node.templateSpans.map((one) => one.literal)];
  }
  if (ts.isConditionalExpression(node)) {
    return [...strings(node.whenTrue), ...strings(node.whenFalse)];
  }
  if (ts.isParenthesizedExpression(node)) return strings(node.expression);
  if (ts.isBinaryExpression(node)) return [...strings(node.left), ...strings(node.right)];
  return [];
}

function look(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const tell = (node, said) => {
    if (!LETTERS.test(said) || PLAIN.test(said)) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    console.log(`${file}:${line + 1}: ${said.trim()}`);
  };
  const visit = (node) => {
    if (ts.isJsxText(node)) tell(node, node.text);
    if (ts.isJsxAttribute(node) && node.initializer && READ.has(node.name.getText())) {
      const value = ts.isJsxExpression(node.initializer)
        ? node.initializer.expression
        : node.initializer;
      if (value) strings(value).forEach((one) => tell(one, one.text));
    }
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent)) {
      strings(node.expression).forEach((one) => tell(one, one.text));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

const files = process.argv.slice(2);
if (files.length) files.forEach((file) => look(file, readFileSync(file, "utf8")));
else look("stdin", readFileSync(0, "utf8"));
