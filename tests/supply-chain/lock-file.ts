import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../kit/pulumi-project";

/** A package as package-lock.json has it. */
export interface Locked {
  name: string;
  version: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

/** Licences, by their SPDX names, under which a dependency may be: none of them asks more than a notice of its users. */
export const allowedLicences = new Set([
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT"],
  // Of Python's argument parser, from which argparse is translated.
  "Python-2.0",
  // Of a list of words (spdx-exceptions), not of code.
  "CC-BY-3.0",
]);

/** What packages name otherwise than SPDX does: read in their package.json ("Apache License 2.0") or LICENSE (the MIT text). */
export const ownWords: Record<string, string> = {
  "@darabonba/typescript@1.0.5": "Apache-2.0",
  "@logdna/tail-file@2.2.0": "MIT",
};

/**
 * Packages that would run a script when they are installed, each of which works without: `npm run supply-chain` and the tests of
 * the installed package install with --ignore-scripts.
 */
export const withScript = new Set(["@alicloud/openapi-core", "protobufjs"]);

/** Every package of the lock file, but ours. */
export function lockedPackages(): Locked[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, Omit<Locked, "name"> & { link?: boolean }>;
  };
  return Object.entries(packages).flatMap(([path, { link, ...locked }]) => {
    const [, name] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
    return name === undefined || link ? [] : [{ name, ...locked }];
  });
}

/** Those that come with an installation of the published packages. */
export function runtimePackages(): Locked[] {
  return lockedPackages().filter(({ dev }) => !dev);
}

/** The SPDX names that a licence consists of: all of those joined by AND have to be allowed. */
export function licencesOf({ name, version, license = "none is named" }: Locked): string[] {
  const said = ownWords[`${name}@${version}`] ?? license;
  return said.replace(/^\((.*)\)$/, "$1").split(" AND ");
}
