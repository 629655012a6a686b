import { join } from "node:path";

/** This package's name and version, as every request says it: `pulumi-cloud-attachments/1.2.3`. */
export const userAgent: string = (() => {
  // One folder up from the sources, two from what is built of them.
  for (const up of ["..", "../.."]) {
    try {
      const { name, version } = require(join(__dirname, up, "package.json")) as {
        name: string;
        version: string;
      };
      return `${name}/${version}`;
    } catch {
      // Not there: the next one.
    }
  }
  return "pulumi-cloud-attachments";
})();
