export interface Reply<Body = unknown> {
  status: number;
  /** Parsed where it is JSON, else as text. */
  body: Body;
  headers: Headers;
}

/** A plain request; a body that is no text is sent as JSON. */
export async function http<Body = unknown>(
  method: string,
  url: string | URL,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Reply<Body>> {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const content = await response.text();
  const isJson = content !== "" && response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, body: isJson ? JSON.parse(content) : content, headers: response.headers };
}
