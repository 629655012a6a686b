import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { exchange } from "../../../../providers/core/cloud/http";
import { within } from "../../../../providers/core/cloud/renewable";
import type { CloudError } from "../../../../providers/core/contract/errors";
import { lookUp } from "../../../../providers/core/contract/errors";
import { settingsFrom } from "../../../../providers/core/util/settings";

const settings = settingsFrom(() => undefined, {});

/** The error of a request that is answered with these bytes and the end of the connection. */
async function errorOf(answer: string): Promise<CloudError> {
  const server = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(answer));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  try {
    const request = {
      method: "POST" as const,
      url,
      headers: {},
      body: "{}",
      action: "Attach",
      timeout: 5_000,
    };
    await exchange(request, settings, within(5_000));
    return assert.fail("it should have failed");
  } catch (error) {
    return error as CloudError;
  } finally {
    server.close();
  }
}

describe("an answer that cannot be read", () => {
  const answers = {
    "that is no HTTP": "SSH-2.0-OpenSSH_9.2\r\n",
    "that ends before its body does": "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
    "with another end than announced": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "that never comes": "",
  };
  for (const [what, answer] of Object.entries(answers)) {
    it(`${what} leaves the outcome open`, async () => {
      const error = await errorOf(answer);
      const { outcome } = lookUp({ codes: {} }, error, "attach");
      assert.ok(
        outcome === "transient" || outcome === "unclear",
        `${error.code} is ${outcome}: ${error.message}`,
      );
    });
  }
});
