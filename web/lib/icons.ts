// One icon of the sprite, as {% icon %} prints it.
const SVG = "http://www.w3.org/2000/svg";

export function icon(name: string): SVGSVGElement {
  const sprite = document.querySelector<HTMLMetaElement>('meta[name="icons"]')?.content ?? "";
  const frame = document.createElementNS(SVG, "svg");
  frame.setAttribute("class", "icon");
  frame.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  frame.append(use);
  return frame;
}
