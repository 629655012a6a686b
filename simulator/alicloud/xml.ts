/** The XML form of an answer: an object is its elements, an array repeats its element's name. */
export function toXml(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => toXml(name, item)).join("");
  if (typeof value === "object" && value !== null) {
    const inner = Object.entries(value).map(([key, item]) => toXml(key, item));
    return `<${name}>${inner.join("")}</${name}>`;
  }
  return `<${name}>${String(value ?? "").replace(/[<>&]/g, (char) => `&#${char.charCodeAt(0)};`)}</${name}>`;
}
