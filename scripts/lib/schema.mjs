// The provider plugin's schema: structure from the compiled registry, descriptions from the docstrings of the compiled types.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import ts from "typescript";

/**
 * Writes `dist/plugin/schema.json` of the compiled package in `folder`.
 *
 * @param {string} folder
 */
export function writeSchema(folder) {
  const dist = path.join(folder, "dist");
  const { packageSchema } = createRequire(import.meta.url)(path.join(dist, "plugin", "schema.js"));
  const schema = packageSchema(docstrings(path.join(dist, "index.d.ts")));
  fs.writeFileSync(path.join(dist, "plugin", "schema.json"), `${JSON.stringify(schema, undefined, 1)}\n`);
}

/**
 * What a TypeScript user reads at each resource class, argument and output.
 *
 * @param {string} file - the package's types.
 */
function docstrings(file) {
  const options = { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 };
  const program = ts.createProgram([file], { ...options, strict: true, skipLibCheck: true, types: [] });
  const checker = program.getTypeChecker();
  const source = /** @type {ts.SourceFile} */ (program.getSourceFile(file));
  const index = /** @type {ts.Symbol} */ (checker.getSymbolAtLocation(source));

  /** @param {ts.Symbol} symbol */
  const resolved = (symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  /**
   * @param {ts.Symbol} at
   * @param {string} name
   */
  const exported = (at, name) => {
    const found = checker.getExportsOfModule(at).find((each) => each.name === name);
    if (!found) throw new Error(`${at.name} exports no ${name}`);
    return resolved(found);
  };
  /**
   * @param {ts.Symbol | undefined} symbol
   * @param {string} what
   */
  const text = (symbol, what) => {
    const found = symbol && ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
    if (!found) throw new Error(`${what} has no docstring`);
    // Lines of a docstring are wrapped, and its links lead to files of the repository.
    return found.replace(/(?<!\n)\n(?![\n`])/g, " ").replace(/\[([^\]]+)\]\((?:\.\.\/)+([^)]+)\)/g, linked);
  };
  /** @param {string} token */
  const classOf = (token) => token.split(/[/:]/).reduce(exported, index);
  /**
   * @param {ts.Type} type
   * @param {string} name
   */
  const member = (type, name) => checker.getPropertyOfType(checker.getNonNullableType(type), name);
  /**
   * The type of an input's plain value: of `Input<T>`, the one that is an object with such a member.
   *
   * @param {ts.Type} type
   * @param {string} name
   */
  const inside = (type, name) => {
    const parts = type.isUnion() ? type.types : [type];
    const found = parts.flatMap((part) => member(part, name) ?? []);
    // Of arguments of which exactly one is given, each alternative has the others as `undefined`, without a docstring.
    return found.find((each) => each.getDocumentationComment(checker).length > 0) ?? found[0];
  };
  /** @param {string} token */
  const typesOf = (token) => {
    const symbol = classOf(token);
    const signature = checker.getTypeOfSymbol(symbol).getConstructSignatures()[0];
    const args = /** @type {ts.Symbol} */ (signature?.getParameters()[1]);
    return { args: checker.getTypeOfSymbol(args), instance: checker.getDeclaredTypeOfSymbol(symbol) };
  };
  const common = checker.getDeclaredTypeOfSymbol(exported(index, "CommonInputs"));

  return {
    /** @param {string} token */
    resource: (token) => text(classOf(token), token),
    /**
     * @param {string} token
     * @param {string} name
     */
    property(token, name) {
      const { args, instance } = typesOf(token);
      const found = inside(args, name) ?? member(instance, name);
      return text(found, `${token} ${name}`);
    },
    /** @param {readonly string[]} path */
    member(path) {
      let type = common;
      /** @type {ts.Symbol | undefined} */
      let at;
      for (const name of path) {
        at = inside(type, name);
        if (at) type = checker.getTypeOfSymbol(at);
      }
      return text(at, path.join("."));
    },
  };
}

/**
 * @param {string} _whole
 * @param {string} words
 * @param {string} target
 */
function linked(_whole, words, target) {
  return `[${words}](https://github.com/pulumi-cloud-attachments/pulumi-cloud-attachments/blob/main/${target})`;
}
