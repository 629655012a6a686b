import type { Answer, Request, VendorError } from "../cloud";

/** The body as JSON; undefined when it is none. */
export function jsonBody(request: Request): unknown {
  try {
    return JSON.parse(request.body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** `value` where it is a JSON object, else an empty one: for looking into what a client has sent. */
export function object(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

export const page = ({ status, message }: VendorError, headers: Record<string, string>): Answer => ({
  status,
  headers: { "content-type": "text/html; charset=UTF-8", ...headers },
  body: `<html>
 <head>
  <title>404 Not Found</title>
 </head>
 <body>
  <h1>404 Not Found</h1>
  ${message}<br /><br />
 </body>
</html>
`,
});
