import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alicloud } from "../../providers/alicloud/cloud";
import { readProfiles } from "../../providers/alicloud/profiles";
import { endpoint } from "../../providers/core/cloud/endpoint";
import { retryAfterOf } from "../../providers/core/cloud/http";
import { proxyFor } from "../../providers/core/cloud/proxy";
import { CloudError, type Verb } from "../../providers/core/contract/errors";
import { toSeconds } from "../../providers/core/program/durations";
import { parseObject } from "../../providers/core/util/json";
import { printable } from "../../providers/core/util/printable";
import { flag, type Settings, settingOf, settingsFrom } from "../../providers/core/util/settings";
import { huaweicloud } from "../../providers/huaweicloud/cloud";
import { openstack } from "../../providers/openstack/cloud";
import { opentelekomcloud } from "../../providers/opentelekomcloud/cloud";
import { tencentcloud } from "../../providers/tencentcloud/cloud";
import { cvmSecurityGroupAttachment } from "../../providers/tencentcloud/cvm/security-group-attachment";
import { readProfile } from "../../providers/tencentcloud/profiles";

const LENGTH = 100_000;
/** How much shorter the text is that it is compared with. */
const STEP = 16;
/** In proportion it takes 16 times as long (up to 36 were seen, with garbage collected), with the square of the length 256 times. */
const MOST_GROWTH = 100;
/** A shorter time, in milliseconds, tells nothing. */
const TICK = 0.05;

/** What such texts are made of: beginnings without an end, ends without a beginning, and what expressions here look for. */
const units = [
  ..."[{<\"'\\/,:;.-=%& \t\n1aA\u001b\ud800",
  "<{%",
  "}]",
  "a:",
  "- ",
  "1.",
  "1h",
  "ins-a",
  "://",
  "StringToSign ",
  "Security group a is not found for project b Neutron server returns request_ids: [",
  "Security group a not associated with the instance b",
  "Invalid input for security_groups. Reason: Duplicate items in the list: 'a'.",
];
const beginnings = ["", "{", '{"a":', "Security group ", "https://a/", "clouds:\n  a: "];

const verbs: readonly Verb[] = ["attach", "detach", "find"];
const clouds = [alicloud, tencentcloud, huaweicloud, opentelekomcloud, openstack];
const from = (env: Record<string, string>, config: Record<string, string> = {}): Settings =>
  settingsFrom((key) => config[key], env);

/**
 * What reads what a cloud, a file or the environment says. What it throws does not matter. Not clouds.yaml: its library needs
 * the square of the time for some garbage, and the file is the user's own.
 */
function readers(folder: string): Record<string, (text: string) => unknown> {
  const written = new Map<string, string>();
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    if (written.get(name) !== text) writeFileSync(path, text);
    written.set(name, text);
    return path;
  };
  return {
    printable: (text) => printable(text),
    parseObject: (text) => parseObject(text),
    retryAfterOf: (text) => retryAfterOf({ headers: { "retry-after": text, date: text } }),
    checkedEndpoint: (text) => endpoint(text, "the endpoint", from({})),
    proxyFor: (text) =>
      proxyFor(new URL("https://a.test"), from({ HTTPS_PROXY: "http://b.test", NO_PROXY: text })),
    flag: (text) => settingOf(from({ A: text }), flag("a", "A")),
    toSeconds: (text) => toSeconds({ create: text }, "a"),
    named: (message) =>
      cvmSecurityGroupAttachment.named?.(new CloudError({ code: "A", message }), [
        { instanceId: "ins-a", securityGroupId: "sg-1" },
      ]),
    "the profiles of Alibaba's CLI": (text) =>
      readProfiles(from({}, { "alicloud:sharedCredentialsFile": file("config.json", text) })),
    "a profile of Tencent's CLI": (text) => {
      file("a.credential", text);
      return readProfile("a", from({}, { "tencentcloud:sharedCredentialsDir": folder }));
    },
    ...Object.fromEntries(
      clouds.map((cloud) => [
        `classify of ${cloud.title}`,
        (text: string) => {
          for (const status of [400, 404, 409, 500]) {
            const error = new CloudError({ code: text, message: text, status });
            for (const verb of verbs) cloud.classify(error, verb);
          }
        },
      ]),
    ),
  };
}

/** Milliseconds of the quickest of some runs: what else the machine does adds to them, and takes nothing off. */
function quickest(read: (text: string) => unknown, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run += 1) {
    const started = performance.now();
    try {
      read(text);
    } catch {
      // An error is an answer, too.
    }
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

describe("100,000 characters that others wrote", () => {
  const folder = mkdtempSync(join(tmpdir(), "foreign-"));
  after(() => rmSync(folder, { recursive: true }));

  for (const [name, read] of Object.entries(readers(folder))) {
    it(`take ${name} a time in proportion`, () => {
      for (const unit of units) {
        for (const beginning of beginnings) {
          const text = (length: number) =>
            `${beginning}${unit.repeat(Math.ceil(length / unit.length))}\u0000`;
          let growth = Number.POSITIVE_INFINITY;
          // On a busy machine a single comparison may say anything; a time that really grows so does it each time.
          for (let attempt = 0; attempt < 5 && growth >= MOST_GROWTH; attempt += 1) {
            const small = Math.max(quickest(read, text(LENGTH / STEP)), TICK);
            growth = Math.min(growth, quickest(read, text(LENGTH)) / small);
          }
          assert.ok(
            growth < MOST_GROWTH,
            `${JSON.stringify(beginning + unit)} again and again: ${growth.toFixed()} times as long for ${STEP} times the text`,
          );
        }
      }
    });
  }
});
