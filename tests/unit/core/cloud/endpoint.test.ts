import assert from "node:assert/strict";
import { type Allowed, endpoint, hostLabel } from "../../../../providers/core/cloud/endpoint";
import { settingsFrom } from "../../../../providers/core/util/settings";

const none = settingsFrom(() => undefined, {});
const check = (text: string, allowed: Allowed = {}) => endpoint(text, "the endpoint", none, allowed).href;

describe("an endpoint", () => {
  it("is an https URL, or a host where a scheme is given", () => {
    assert.equal(check("https://a.example"), "https://a.example/");
    assert.equal(check("a.example:8443", { scheme: "HTTPS" }), "https://a.example:8443/");
    assert.equal(check("https://[fd00::1]:5000/v3", { path: true }), "https://[fd00::1]:5000/v3");
    assert.equal(check("http://127.0.0.1:1"), "http://127.0.0.1:1/");
    assert.equal(check("http://localhost/a?b=c", { path: true, query: true }), "http://localhost/a?b=c");
  });

  for (const text of [
    "",
    "a.example",
    "ftp://a.example",
    "https://",
    "https:// a.example",
    "https://a b",
    "https://me@a.example",
    "https://me:pa55@a.example",
    "https://a.example/#",
    "https://a.example#x",
    "https://a.example?",
    "https://a.example?x=1",
    "https://a.example/path",
    "https://a.example\\@b.example",
    "https://a.ex%61mple",
    "https://ⓔvil.example",
    "https://a.example:port",
    "https://a.example:99999",
    "javascript:alert(1)",
  ]) {
    it(`is not ${JSON.stringify(text)}, and the text is not shown where it may hold a password`, () => {
      for (const scheme of [undefined, "https"]) {
        if (scheme && text === "a.example") continue;
        assert.throws(
          () => check(text, { scheme }),
          (error: Error) => error.message.startsWith("the endpoint ") && !error.message.includes("pa55"),
        );
      }
    });
  }

  it("in the clear is one of this machine, unless that is allowed", () => {
    for (const url of ["http://a.example", "http://10.0.0.1", "http://0.0.0.0", "http://127.0.0.1.example"]) {
      assert.throws(() => check(url), /is not encrypted/, url);
      const allowing = settingsFrom(() => undefined, { PULUMI_CLOUD_ATTACHMENTS_ALLOW_PLAIN_HTTP: "true" });
      assert.equal(endpoint(url, "it", allowing).href, `${url}/`);
    }
  });
});

describe("a part of a host name", () => {
  it("is made of letters, digits and hyphens", () => {
    for (const good of ["cn-beijing", "eu-de_web", "x", "RegionOne"])
      assert.equal(hostLabel(good, "region"), good);
    for (const bad of ["", "a.b", "a/b", "a#", "a?", "a@b", "a:1", "-a", "a b", "%61", "é", "a\n"]) {
      assert.throws(() => hostLabel(bad, "region"), /^Error: region ".*" is none/s, bad);
    }
  });
});
