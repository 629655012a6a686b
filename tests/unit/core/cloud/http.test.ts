import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  exchange,
  type HttpRequest,
  LARGEST_ANSWER,
  retryAfterOf,
} from "../../../../providers/core/cloud/http";
import { within } from "../../../../providers/core/cloud/renewable";
import type { CloudError } from "../../../../providers/core/contract/errors";
import { lookUp } from "../../../../providers/core/contract/errors";
import { useClock } from "../../../../providers/core/util/clock";
import { settingsFrom } from "../../../../providers/core/util/settings";
import { makeCertificate } from "../../../kit/certificate";
import { whileTimeLeaps } from "../../../kit/leaping-time";
import { ManualClock } from "../../../kit/manual-clock";
import { skip } from "../../../kit/skip";

const open = new Set<Server | Socket>();

/** Listens on a loopback port until the test ends. */
async function portOf(server: Server): Promise<number> {
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => {});
    open.add(socket);
  });
  open.add(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** The address of a server that answers so. */
async function urlOf(listener: RequestListener): Promise<URL> {
  return new URL(`http://127.0.0.1:${await portOf(createHttp(listener))}/`);
}

afterEach(() => {
  for (const each of open) "destroy" in each ? each.destroy() : each.close();
  open.clear();
});

function ask(url: URL, more: Partial<HttpRequest> = {}, env: Record<string, string> = {}) {
  const request = { method: "POST", url, headers: {}, body: "{}", action: "Attach", timeout: 5_000 } as const;
  return exchange(
    { ...request, ...more },
    settingsFrom(() => undefined, env),
    within(5_000),
  );
}

const errorOf = async (reply: Promise<unknown>): Promise<CloudError> => {
  const answer = await reply.catch((error: CloudError) => error);
  return answer instanceof Error ? (answer as CloudError) : assert.fail("it should have failed");
};

describe("an answer that cannot be read", () => {
  const answers = {
    "that is no HTTP": "SSH-2.0-OpenSSH_9.2\r\n",
    "that ends before its body does": "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
    "with another end than announced": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "with headers without end": `HTTP/1.1 200 OK\r\n${"x-more: yes\r\n".repeat(20_000)}`,
    "that never comes": "",
  };
  for (const [what, answer] of Object.entries(answers)) {
    it(`${what} leaves the outcome open`, async () => {
      const server = createServer((socket) => socket.once("data", () => socket.end(answer)));
      const error = await errorOf(ask(new URL(`http://127.0.0.1:${await portOf(server)}/`)));
      const { outcome } = lookUp({ codes: {} }, error, "attach");
      assert.ok(
        outcome === "transient" || outcome === "unclear",
        `${error.code} is ${outcome}: ${error.message}`,
      );
    });
  }
});

describe("an answer without end", () => {
  let sent = 0;
  /** Sends for as long as it is read. */
  const endless: RequestListener = (request, response) => {
    sent = 0;
    request.resume();
    const piece = Buffer.alloc(256 * 1024, "[");
    const more = () => {
      do sent += piece.length;
      while (response.write(piece) && sent < 20 * LARGEST_ANSWER);
    };
    response.on("drain", more).on("error", () => {});
    more();
  };

  const assertBounded = async (reply: Promise<unknown>) => {
    const error = await errorOf(reply);
    assert.equal(error.code, "UnreadableAnswer");
    assert.match(error.message, /gave an answer of more than 8 MB/);
    assert.equal(lookUp({ codes: {} }, error, "attach").outcome, "unclear");
    // What the system buffers on the way is sent, too.
    assert.ok(sent < 3 * LARGEST_ANSWER, `${sent} bytes were taken`);
  };

  it("is read to its bound only", async () => {
    await assertBounded(ask(await urlOf(endless)));
  });

  it("is read to its bound only, through a proxy that is asked for it", async () => {
    const proxy = await urlOf(endless);
    await assertBounded(ask(new URL("http://api.test/"), {}, { HTTP_PROXY: proxy.href }));
  });

  it("is read to its bound only, through a tunnel", async function () {
    const folder = mkdtempSync(join(tmpdir(), "http-"));
    const files =
      makeCertificate(folder, "DNS:api.test") ?? skip(this, "no openssl to make a certificate with");
    const [key, cert] = [readFileSync(files.key), readFileSync(files.cert, "utf8")];
    rmSync(folder, { recursive: true });
    const port = await portOf(createHttps({ key, cert }, endless));
    const proxy = createHttp().on("connect", (_request, socket: Socket) => {
      const upstream = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      }).on("error", () => {});
      open.add(upstream);
    });
    const env = { HTTPS_PROXY: `http://127.0.0.1:${await portOf(proxy)}` };
    await assertBounded(ask(new URL("https://api.test/"), { tls: { ca: cert } }, env));
  });

  it("is read whole just below its bound", async () => {
    const url = await urlOf((_request, response) => response.end(Buffer.alloc(LARGEST_ANSWER, "x")));
    assert.equal((await ask(url)).text.length, LARGEST_ANSWER);
  });

  it("does not grow by being unpacked", async () => {
    const packed = gzipSync(Buffer.alloc(50_000_000));
    let asked: string | undefined = "nothing seen";
    const url = await urlOf((request, response) => {
      asked = request.headers["accept-encoding"];
      response.setHeader("content-encoding", "gzip").end(packed);
    });
    const { text } = await ask(url);
    assert.equal(asked, undefined);
    assert.ok(text.length <= packed.length, `${text.length} characters of ${packed.length} bytes`);
  });
});

describe("an exchange", () => {
  it("does not follow a redirect", async () => {
    const seen: (string | undefined)[] = [];
    const url = await urlOf((request, response) => {
      seen.push(request.url);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    assert.equal((await ask(url)).status, 302);
    assert.deepEqual(seen, ["/"]);
  });

  it("ends a body that comes slowly with the request's time", async () => {
    const clock = new ManualClock();
    useClock(clock);
    try {
      let begun = () => {};
      const isUnderWay = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const url = await urlOf((_request, response) => {
        response.write("{");
        begun();
      });
      const answer = errorOf(ask(url, { timeout: 3_000 }));
      await isUnderWay;
      await clock.runTo(3_000);
      const { code, message } = await answer;
      assert.equal(code, "Timeout");
      assert.equal(message, `no answer from ${url.host} in 3.0 s`);
    } finally {
      useClock();
    }
  });

  it("does not heed the system's time, nor does its deadline", async () => {
    const url = await urlOf((_request, response) => response.end("{}"));
    await whileTimeLeaps(async () => {
      const deadline = within(5_000);
      for (let n = 0; n < 4; n += 1) {
        const left = deadline.remaining();
        assert.ok(left > 0 && left <= 5_000, `${left} ms are left of 5000`);
        assert.equal((await ask(url)).text, "{}");
      }
    });
  });

  it("goes through no proxy where it must not", async () => {
    const [direct, proxied] = ["the service", "the proxy"].map((who) =>
      urlOf((_request, response) => response.end(who)),
    );
    // Not a loopback address by its name, but this machine all the same.
    const url = new URL(`http://0.0.0.0:${(await direct)?.port}/`);
    const env = { HTTP_PROXY: (await proxied)?.href ?? "" };
    assert.equal((await ask(url, {}, env)).text, "the proxy");
    assert.equal((await ask(url, { direct: true }, env)).text, "the service");
  });
});

describe("Retry-After", () => {
  const date = "Wed, 21 Oct 2026 07:28:00 GMT";
  const later = "Wed, 21 Oct 2026 07:28:30 GMT";
  for (const [headers, wait] of [
    [{}, undefined],
    [{ "retry-after": "" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "7" }, 7_000],
    [{ "retry-after": " 7 " }, 7_000],
    [{ "retry-after": ["7", "9"] }, 7_000],
    [{ "retry-after": "9999999" }, 9_999_999_000],
    [{ "retry-after": later, date }, 30_000],
    [{ "retry-after": date, date: later }, 0],
    [{ "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, 0],
  ] as const) {
    it(`${JSON.stringify(headers)} asks for ${wait === undefined ? "nothing" : `${wait} ms`}`, () => {
      assert.equal(retryAfterOf({ headers: headers as Record<string, string | string[]> }), wait);
    });
  }

  it("as a date counts from now where the answer has no date", () => {
    const { now } = Date;
    try {
      Date.now = () => Date.parse(date);
      assert.equal(retryAfterOf({ headers: { "retry-after": later } }), 30_000);
    } finally {
      Date.now = now;
    }
  });
});
