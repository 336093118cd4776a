// Elements without a framework: h("p", { class: "text-soft" }, "words").

export type Child = Node | string | number | null | undefined | false;
type Told = string | number | boolean | ((event: Event) => unknown);
const SVG = "http://www.w3.org/2000/svg";

function dress(element: Element, told: Record<string, Told | undefined>, children: Child[]): void {
  for (const [name, value] of Object.entries(told)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, (event) => void value(event));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child || child === 0) element.append(child instanceof Node ? child : String(child));
}

/** A function among the attributes listens to the event of that name. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, told: Record<string, Told | undefined> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  dress(element, told, children);
  return element;
}

export function s(tag: string, told: Record<string, Told | undefined> = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  dress(element, told, children);
  return element;
}
