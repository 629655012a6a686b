import type { Cloud, Session } from "../contract/cloud";
import { CloudError, type CloudErrorFacts } from "../contract/errors";
import { type Settings, textOf } from "../util/settings";

/** A shorter one would blank out half of every sentence. */
const SHORTEST = 4;

/**
 * What no message, code, request id or log line may repeat of one request. A cloud, or whatever answers in its place, may
 * echo what it was sent; so every text of its answer leaves through here, and every CloudError of a cloud is made here.
 */
export class Secrets {
  readonly #texts: readonly string[];
  #pattern: RegExp | undefined;

  /** @param texts - of the credential and of the parameters; undefined ones count for nothing. */
  constructor(...texts: readonly (string | undefined)[]) {
    const known = texts.filter((text): text is string => text !== undefined && text.length >= SHORTEST);
    // A secret that holds another one goes first.
    this.#texts = [...new Set(known)].sort((a, b) => b.length - a.length);
  }

  /** These and all secret settings of a cloud, whether a request used them or not. */
  static of(
    cloud: Pick<Cloud<Session>, "settings">,
    settings: Settings,
    ...texts: readonly (string | undefined)[]
  ): Secrets {
    const configured = Object.values(cloud.settings ?? {}).map((setting) =>
      setting.secret ? textOf(settings, setting) : undefined,
    );
    return new Secrets(...configured, ...texts);
  }

  /** `text` with `***` in place of every secret: as it is, escaped for JSON, or percent-encoded, in any mixture. */
  conceal(text: string): string {
    // Without an escape in it, as request ids are, it can only hold them as they are.
    if (!/[\\%+]/.test(text)) return this.#texts.reduce((rest, own) => rest.replaceAll(own, "***"), text);
    if (this.#texts.length === 0) return text;
    this.#pattern ??= new RegExp(this.#texts.map(patternOf).join("|"), "g");
    return text.replace(this.#pattern, "***");
  }

  /** A CloudError whose texts hold none of them. */
  error(facts: CloudErrorFacts): CloudError {
    const { code, message, requestId } = facts;
    return new CloudError({
      ...facts,
      code: this.conceal(code),
      message: this.conceal(message),
      ...(requestId === undefined ? {} : { requestId: this.conceal(requestId) }),
    });
  }
}

/** Each character in every form that it may have in an answer. No form begins like another one of it: matching is linear. */
function patternOf(secret: string): string {
  return [...secret].map((char) => `(?:${[...new Set(formsOf(char))].join("|")})`).join("");
}

const short: Readonly<Record<string, string>> = {
  "\n": "n",
  "\r": "r",
  "\t": "t",
  "\b": "b",
  "\f": "f",
  '"': '"',
  "\\": "\\",
  "/": "/",
};

function formsOf(char: string): string[] {
  const bytes = [...Buffer.from(char)].map((byte) => `%${anyCase(byte.toString(16).padStart(2, "0"))}`);
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
  const escaped = units.map((unit) => String.raw`\\u` + anyCase(unit.toString(16).padStart(4, "0")));
  return [
    bytes.join(""),
    escaped.join(""),
    ...(short[char] ? [String.raw`\\` + literal(short[char])] : []),
    // A form writes a blank as a plus sign.
    ...(char === " " ? [String.raw`\+`] : []),
    literal(char),
  ];
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
