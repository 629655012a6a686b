import assert from "node:assert/strict";
import { proxyFor } from "../../../../providers/core/cloud/proxy";
import { settingsFrom } from "../../../../providers/core/util/settings";

const proxy = "http://proxy.example:3128";

/** The proxy for `url` in this environment. */
function use(url: string, env: Record<string, string>): string | undefined {
  return proxyFor(
    new URL(url),
    settingsFrom(() => undefined, env),
  )?.href;
}

describe("Proxy of the environment", () => {
  it("is chosen by the target's scheme, lower case first", () => {
    const env = {
      HTTPS_PROXY: "http://upper:1",
      https_proxy: "http://lower:1",
      HTTP_PROXY: "http://plain:1",
    };
    assert.equal(use("https://ecs.aliyuncs.com", env), "http://lower:1/");
    assert.equal(use("http://nova.example", env), "http://plain:1/");
    assert.equal(use("https://ecs.aliyuncs.com", { HTTP_PROXY: proxy }), undefined);
    assert.equal(use("https://ecs.aliyuncs.com", {}), undefined);
  });

  it("may lack a scheme, and may hold a user", () => {
    assert.equal(use("https://a.example", { HTTPS_PROXY: "proxy.example:3128" }), `${proxy}/`);
    assert.equal(use("https://a.example", { HTTPS_PROXY: "http://u:p@proxy:1" }), "http://u:p@proxy:1/");
  });

  it("must be an http proxy, and is not shown if it is none", () => {
    for (const bad of ["socks5://user:pass-word@proxy:1080", "http://user:pass-word@"]) {
      assert.throws(
        () => use("https://a.example", { HTTPS_PROXY: bad }),
        (error: Error) => {
          assert.match(error.message, /^HTTPS_PROXY is not the address of an http proxy/);
          assert.doesNotMatch(error.message, /pass-word/);
          return true;
        },
      );
    }
  });

  it("never stands between us and this machine", () => {
    const env = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy };
    for (const host of ["localhost:8080", "127.0.0.1:1", "127.8.9.1", "[::1]:5"]) {
      assert.equal(use(`http://${host}`, env), undefined, host);
    }
  });

  for (const [noProxy, url, isExempt] of [
    ["*", "https://a.example", true],
    ["a.example", "https://a.example", true],
    ["example", "https://a.example", true],
    [".example", "https://a.example", true],
    ["*.example", "https://a.example", true],
    ["A.Example", "https://a.example", true],
    ["ample", "https://a.example", false],
    ["b.example, a.example", "https://a.example", true],
    ["b.example a.example", "https://a.example", true],
    ["a.example:443", "https://a.example", true],
    ["a.example:8443", "https://a.example", false],
    ["a.example:8443", "https://a.example:8443", true],
    ["10.1.2.3", "https://10.1.2.3", true],
    ["10.1.0.0/16", "https://10.1.2.3", true],
    ["10.2.0.0/16", "https://10.1.2.3", false],
    ["fd00::/8", "https://[fd00::1]", true],
    ["10.1.0.0/16", "https://a.example", false],
    ["10.1.0.0/99", "https://10.1.2.3", false],
    ["", "https://a.example", false],
  ] as const) {
    it(`NO_PROXY "${noProxy}" ${isExempt ? "exempts" : "does not exempt"} ${url}`, () => {
      assert.equal(use(url, { HTTPS_PROXY: proxy, NO_PROXY: noProxy }) === undefined, isExempt);
    });
  }
});
