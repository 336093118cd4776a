// Signs of the map, drawn from our own tokens: a layer has a shape, a level its colour; the word stands in the legend.
import type { Map as GlMap } from "maplibre-gl";
import type { LayerTold } from "./told.ts";

const SIDE = 22;
const RATIO = 2;

export function token(name: string, of: Element = document.body): string {
  return getComputedStyle(of).getPropertyValue(`--${name}`).trim() || "#444e58";
}

const corners = (count: number, turn: number, inner = 1) =>
  Array.from({ length: count }, (_none, n) => {
    const angle = turn + (n * 2 * Math.PI) / count;
    const far = n % 2 ? inner : 1;
    return [Math.cos(angle) * far, Math.sin(angle) * far] as [number, number];
  });
const UP = -Math.PI / 2;
const SHAPES: Record<string, [number, number][]> = {
  triangle: corners(3, UP), square: corners(4, Math.PI / 4), diamond: corners(4, UP), hexagon: corners(6, UP),
  drop: corners(3, -UP), pentagon: corners(5, UP), star: corners(10, UP, 0.5), cross: [[-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35],
    [0.35, 0.35], [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35]],
  shield: [[-0.85, -0.9], [0.85, -0.9], [0.85, 0.15], [0, 1], [-0.85, 0.15]],
  arrow: [[-1, -0.35], [0.1, -0.35], [0.1, -0.95], [1, 0], [0.1, 0.95], [0.1, 0.35], [-1, 0.35]],
  hourglass: [[-0.85, -0.95], [0.85, -0.95], [0.2, 0], [0.85, 0.95], [-0.85, 0.95], [-0.2, 0]],
  flag: [[-0.9, -1], [1, -0.4], [-0.45, 0.2], [-0.45, 1], [-0.9, 1]],
  bar: [[-1, -0.5], [1, -0.5], [1, 0.5], [-1, 0.5]],
  slant: [[-0.35, -0.7], [1, -0.7], [0.35, 0.7], [-1, 0.7]],
  house: [[0, -1], [1, -0.1], [0.7, -0.1], [0.7, 0.9], [-0.7, 0.9], [-0.7, -0.1], [-1, -0.1]],
  trapezoid: [[-0.5, -0.75], [0.5, -0.75], [1, 0.75], [-1, 0.75]],
  roof: [[0, -0.85], [1, 0.35], [1, 0.9], [0, 0], [-1, 0.9], [-1, 0.35]],
  post: [[-0.8, -1], [0.8, -1], [0.8, -0.4], [0.35, -0.4], [0.35, 1], [-0.35, 1], [-0.35, -0.4], [-0.8, -0.4]],
  spark: corners(8, UP, 0.4), octagon: corners(8, Math.PI / 8), kite: [[0, -1], [0.75, -0.25], [0, 1], [-0.75, -0.25]],
  saltire: [[0, -0.45], [0.55, -1], [1, -0.55], [0.45, 0], [1, 0.55], [0.55, 1], [0, 0.45], [-0.55, 1], [-1, 0.55], [-0.45, 0],
    [-1, -0.55], [-0.55, -1]],
};

function trace(pen: CanvasRenderingContext2D, shape: string, size: number): void {
  const middle = (SIDE * RATIO) / 2;
  pen.beginPath();
  const points = SHAPES[shape];
  if (!points) pen.arc(middle, middle, size * 0.86, 0, 2 * Math.PI);
  for (const [n, [x, y]] of (points ?? []).entries()) {
    if (n) pen.lineTo(middle + x * size, middle + y * size);
    else pen.moveTo(middle + x * size, middle + y * size);
  }
  pen.closePath();
}

/** One sign as a picture: white edge, so that it stands on any ground. */
export function draw(shape: string, colour: string, edge: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE * RATIO;
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.lineJoin = "round";
  trace(pen, shape, SIDE * RATIO * 0.38);
  pen.lineWidth = 4 * RATIO;
  pen.strokeStyle = edge;
  pen.stroke();
  pen.fillStyle = colour;
  pen.fill();
  return canvas;
}

export const signName = (layer: LayerTold, value: string) => `${layer.id}/${value}`;

export function addSigns(map: GlMap, layers: LayerTold[]): void {
  const edge = token("ground");
  for (const layer of layers) {
    for (const [value, , colour] of layer.signs) {
      const name = signName(layer, value);
      const canvas = draw(layer.shape, token(colour), edge);
      const pen = canvas.getContext("2d");
      if (pen && !map.hasImage(name)) {
        map.addImage(name, pen.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: RATIO });
      }
    }
  }
}

/** Puts the signs into the panel and the legend. */
export function showSigns(root: ParentNode, layer: LayerTold): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-sign]")) {
    const value = place.dataset.sign || layer.signs[0]?.[0] || "";
    const colour = layer.signs.find(([known]) => known === value)?.[2] ?? "ink-soft";
    place.replaceChildren(draw(layer.shape, token(colour), token("ground")));
  }
}
