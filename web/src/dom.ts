// Elements from text alone: nothing that an artifact or a model wrote is ever parsed as HTML.
export type Child = Node | string | null | undefined | false;

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const child of children) if (child) element.append(child);
  return element;
}

export function byId(id: string): HTMLElement | null {
  return document.getElementById(id);
}

// As many digits as say something.
export function digits(value: number, significant = 6): string {
  if (!Number.isFinite(value)) return "no value";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString("en-US");
  const text = value.toPrecision(significant);
  return text.includes("e") ? text : text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}
