import { join } from "node:path";

/** This package's name and version, as every request says it: `pulumi-cloud-attachments/1.2.3`. */
export const userAgent: string = (() => {
  // Two folders up from the sources, three from what is built of them.
  for (const up of ["../..", "../../.."]) {
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
