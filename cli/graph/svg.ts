/** Draws Graphviz's language with Graphviz itself, compiled to WebAssembly. */
export async function svg(dot: string): Promise<string> {
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const graphviz = await Graphviz.load();
  return graphviz.layout(dot, "svg", "dot");
}
