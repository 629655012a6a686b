import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { analyse } from "scslre";
import ts from "typescript";

const root = join(__dirname, "..", "..");
const providers = join(root, "providers");

interface Expression {
  where: string;
  literal: string;
}

/** All regular expressions of the package, and the calls that make one of a text. */
function expressionsOf(file: string, text: string): { literals: Expression[]; built: string[] } {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = { literals: [] as Expression[], built: [] as string[] };
  const visit = (node: ts.Node): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    const where = `${file}:${line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) found.literals.push({ where, literal: node.text });
    const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
    if (isCall && node.expression.getText() === "RegExp") found.built.push(where);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Why an expression can take longer than its text is long; undefined if it cannot. */
function faultOf(literal: string): string | undefined {
  const end = literal.lastIndexOf("/");
  const { reports } = analyse({ source: literal.slice(1, end), flags: literal.slice(end + 1) }, {});
  return reports[0] && `${reports[0].exponential ? "exponential" : "polynomial"} (${reports[0].type})`;
}

describe("the package's regular expressions", () => {
  const files = readdirSync(providers, { recursive: true, encoding: "utf8" })
    .filter((file) => /^(?!dist|node_modules).*\.ts$/.test(file))
    .map((file) => relative(root, join(providers, file)));
  const all = files.map((file) => expressionsOf(file, readFileSync(join(root, file), "utf8")));

  it("take a time in proportion to the text: others write it", () => {
    const literals = all.flatMap((each) => each.literals);
    assert.ok(literals.length > 20, "the expressions were not found");
    const slow = literals.flatMap(({ where, literal }) => {
      const fault = faultOf(literal);
      return fault ? [`${where} ${literal} is ${fault}`] : [];
    });
    assert.deepEqual(slow, []);
  });

  it("are literals, so that they can be checked", () => {
    // Secrets are looked for by an expression made of them: each of their characters in one of three forms.
    const built = all
      .flatMap((each) => each.built)
      .filter((where) => !where.startsWith("providers/core/cloud/secrets.ts"));
    assert.deepEqual(built, []);
  });

  it("would be found if they were slow", () => {
    // Two of these took 4 s for 100,000 characters.
    for (const slow of ["/[{[].*[}\\]]/gs", "/\\/*$/", "/^(a+)+$/", "/a.*b.*c/s"]) {
      const { literals } = expressionsOf("x.ts", `const x = ${slow};`);
      assert.ok(faultOf(literals[0]?.literal ?? ""), slow);
    }
    assert.deepEqual(expressionsOf("x.ts", 'const x = new RegExp("a" + b);').built, ["x.ts:1"]);
  });
});
