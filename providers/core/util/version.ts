import { join } from "node:path";

/** This package's name and version, from its package.json. */
const own = (() => {
  // Two folders up from the sources, three from what is built of them.
  for (const up of ["../..", "../../.."]) {
    try {
      return require(join(__dirname, up, "package.json")) as { name: string; version: string };
    } catch {
      // Not there: the next one.
    }
  }
  return { name: "pulumi-cloud-attachments", version: "" };
})();

/** This package's version: `1.2.3`. */
export const packageVersion: string = own.version;

/** Its name and version, as every request says it: `pulumi-cloud-attachments/1.2.3`. */
export const userAgent: string = [own.name, own.version].filter(Boolean).join("/");
