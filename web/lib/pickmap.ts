// The small map on the report page: drawn when it is opened, a mark where it was touched.
import { mount } from "./life.ts";
import { areaAt, drawn, readable, STEP, touched, whole, zoomed, type Area, type Point, type Window } from "./pick.ts";
import { say } from "./words.ts";

const SIZE = 320;
const SVG = "http://www.w3.org/2000/svg";
/** Of the whole: below this share communities are named, above it streets. */
const NEAR = 0.2;
const LETTER = 11;

function element(name: string, told: Record<string, string | number>, text = ""): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(told)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

function middle(area: Area): Point {
  const ring = area.rings.reduce((a, b) => (b.length > a.length ? b : a));
  return [ring.reduce((sum, [lon]) => sum + lon, 0) / ring.length, ring.reduce((sum, [, lat]) => sum + lat, 0) / ring.length];
}

/** How far it reaches from south to north: who reaches far is named first. */
function extent(area: Area): number {
  const lats = area.rings.flat().map(([, lat]) => lat);
  return lats.reduce((a, b) => Math.max(a, b), -90) - lats.reduce((a, b) => Math.min(a, b), 90);
}

/** Outlines, the names that have room, and the mark. */
function picture(areas: Area[], window: Window, all: Window, mark?: Point): SVGElement[] {
  const at = (point: Point) => drawn(window, SIZE, point).map((v) => v.toFixed(1));
  const near = window.span < all.span * NEAR;
  const lines = areas.map((area) => element("path", {
    d: area.rings.map((ring) => `M${ring.map((point) => at(point).join(" ")).join("L")}Z`).join(""), class: area.level === 1 ? "pick-street" : "pick-community" }));
  const named = areas.filter((area) => area.level === (near ? 2 : 1)).sort((a, b) => extent(b) - extent(a)).map((area) => {
    const [x, y] = drawn(window, SIZE, middle(area));
    return { text: area.name, x, y };
  });
  const names = readable(named, SIZE, LETTER).map(({ text, x, y }) =>
    element("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": "middle", "font-size": LETTER, class: "pick-name" }, text));
  const [x, y] = mark ? at(mark) : [];
  const marked = mark ? [element("circle", { cx: x ?? 0, cy: y ?? 0, r: 16, class: "pick-ring" }), element("circle", { cx: x ?? 0, cy: y ?? 0, r: 4, class: "pick-dot" })] : [];
  return [...lines, ...names, ...marked];
}

function button(words: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "btn", textContent: words });
  made.addEventListener("click", act);
  return made;
}

type Place = { mark?: Point; told(point: Point, area?: Area): void };

/** Draws the ground into `root`; every touch is told. */
function begin(root: HTMLElement, areas: Area[], place: Place): void {
  const all = whole(areas);
  const map = element("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "pick-map", role: "img", "aria-label": say("pickLabel") });
  let window = place.mark ? zoomed(all, all, place.mark, STEP * STEP) : all;
  const show = () => {
    map.replaceChildren(...picture(areas, window, all, place.mark));
    map.setAttribute("data-seen", [window.lon, window.lat, window.span, window.narrow].join(" "));
  };
  const look = (factor: number) => {
    window = zoomed(window, all, place.mark ?? [window.lon, window.lat], factor);
    show();
  };
  map.addEventListener("click", (event) => {
    const box = map.getBoundingClientRect();
    const { clientX, clientY } = event as MouseEvent;
    place.mark = touched(window, SIZE, [((clientX - box.left) / box.width) * SIZE, ((clientY - box.top) / box.height) * SIZE]);
    place.told(place.mark, areaAt(areas, place.mark));
    look(window.span > all.span / (STEP * STEP) ? STEP : 1);
  });
  show();
  const tools = document.createElement("div");
  tools.className = "cluster";
  tools.append(button(say("pickNearer"), () => look(STEP)), button(say("pickFarther"), () => look(1 / STEP)));
  root.replaceChildren(map, tools);
}

/** `mark`: where the place is held to be when the map opens. */
export function startPicking(held: () => Point | undefined, told: (point: Point, area?: Area) => void, note: HTMLElement): void {
  mount("[data-pick]", (details, life) => {
    const root = details.querySelector<HTMLElement>("[data-pick-map]");
    if (!root) return;
    details.hidden = false;
    let asked = false;
    life.on(details, "toggle", async () => {
      if (asked || !(details as HTMLDetailsElement).open) return;
      asked = true;
      try {
        const answer = await fetch(details.dataset.pick ?? "", { signal: life.signal });
        const { areas } = (await answer.json()) as { areas: Area[] };
        if (!areas.length) throw new Error();
        begin(root, areas, { mark: held(), told });
      } catch {
        asked = false;
        note.textContent = say("pickNone");
      }
    });
  });
}
