// The ground of the map in the tokens of the house, and the drawing of each layer upon it.
import type { DataDrivenPropertyValueSpecification, ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { signName, token } from "./signs.ts";
import { wordsOf, type LayerTold, type State, type Told } from "./told.ts";

type Colour = DataDrivenPropertyValueSpecification<string>;

export const FONTS = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
/** The wall is read from three metres. */
const BIG = document.body.classList.contains("wall") ? 1.8 : 1;
const here = (path: string) => location.origin + path;

export function groundStyle(told: Told, state: State, on: string): StyleSpecification {
  const [ink, soft, line, ground] = [token("ink"), token("ink-soft"), token("line-control"), token("ground")];
  const style: StyleSpecification = {
    version: 8,
    sources: { ground: { type: "vector", tiles: [groundTiles(told, on)], minzoom: 0, maxzoom: 18 } },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": token("ground-soft") } },
      { id: "land", type: "fill", source: "ground", "source-layer": "areas", filter: ["<=", ["get", "level"], 1],
        paint: { "fill-color": ground } },
      { id: "edges", type: "line", source: "ground", "source-layer": "areas", layout: { "line-join": "round" },
        paint: { "line-color": ["match", ["get", "level"], 0, ink, 1, soft, line] as Colour,
          "line-width": ["match", ["get", "level"], 0, 2, 1, 1.6, 2, 1, 0.6] as unknown as number,
          "line-opacity": ["match", ["get", "level"], 3, 0.7, 1] as unknown as number } },
    ],
  };
  if (told.outer) {
    style.sources.outer = { type: "raster", tiles: [outerTiles(told.outer)], tileSize: 256, maxzoom: 18 };
    style.layers.splice(2, 0, { id: "outer", type: "raster", source: "outer" });
    style.layers.splice(1, 1);
  }
  void state;
  return style;
}

function outerTiles(outer: NonNullable<Told["outer"]>): string {
  return outer.datum === "gcj02" || outer.datum === "bd09" ? `${outer.datum}://${outer.tiles}` : outer.tiles;
}

export function groundTiles(told: Told, on: string, level = ""): string {
  const words = new URLSearchParams();
  if (on) words.set("on", on);
  if (level) words.set("level", level);
  return here(`${told.urls.ground}/{z}/{x}/{y}.mvt?${words}`);
}

export function tilesOf(told: Told, state: State, layer: string, on: string, turn: number, sort: "tiles" | "shapes"): string {
  const words = wordsOf(state, layer, on);
  return here(`${told.urls[sort]}/${layer}/{z}/{x}/{y}.mvt?${words}${words ? "&" : ""}v=${turn}`);
}

export function namesLayer(): LayerSpecification {
  return {
    id: "names", type: "symbol", source: "ground", "source-layer": "names",
    layout: { "text-field": ["get", "name"], "text-size": ["match", ["get", "level"], 0, 16 * BIG, 1, 14 * BIG, 12 * BIG] as unknown as number,
      "symbol-sort-key": ["get", "level"] as unknown as number, "text-max-width": 8 },
    paint: { "text-color": token("ink-soft"), "text-halo-color": token("ground"), "text-halo-width": 1.5 },
  };
}

function byLevel(layer: LayerTold, of: string): Colour {
  const pairs = layer.signs.flatMap(([value, , colour]) => [value, token(colour)]);
  return (pairs.length ? ["match", ["get", of], ...pairs, token("ink-soft")] : token("ink-soft")) as Colour;
}

const ASIDE = 34 * BIG;
const GRAVE = ["red", "major", "P1", "orange", "P2", "yellow"];

/** The gravest is drawn last, on top of what stands at the same place. */
function graver(layer: LayerTold): unknown {
  const pairs = layer.signs.flatMap(([value]) => [value, GRAVE.includes(value) ? 10 - GRAVE.indexOf(value) : 0]);
  return pairs.length ? ["match", ["get", "level"], ...pairs, 0] : 0;
}

const radius = ["interpolate", ["linear"], ["log10", ["get", "n"]], 0, 9 * BIG, 1, 13 * BIG, 2, 17 * BIG, 3, 22 * BIG, 4, 28 * BIG] as unknown as number;

/** Everything drawn for one layer, in order; ids begin with the layer's own. */
export function drawingOf(layer: LayerTold, heat: boolean, place = 0): LayerSpecification[] {
  const source = `things-${layer.id}`;
  const drawn: LayerSpecification[] = layer.extent ? shapesOf(layer) : [];
  if (heat) {
    drawn.push({ id: `${layer.id}-heat`, type: "heatmap", source, "source-layer": "things", paint: {
      "heatmap-weight": ["interpolate", ["linear"], ["coalesce", ["get", "n"], 1], 1, 0.2, 200, 1] as unknown as number,
      "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 9, 18, 16, 42] as unknown as number, "heatmap-opacity": 0.75,
      "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(31,78,121,0)", 0.3, token("accent-line"),
        0.7, token("accent"), 1, token("accent-deep")] as unknown as ExpressionSpecification } });
    return drawn;
  }
  const edge = token("ground");
  const beside = layer.aside ?? 0;  // what shares the point of another layer stands beside it
  const aside = [place * ASIDE, place * -6] as [number, number];  // counts of several layers stand beside each other
  drawn.push(
    { id: `${layer.id}-clusters`, type: "circle", source, "source-layer": "things", filter: ["has", "n"], paint: {
      "circle-radius": radius, "circle-color": edge, "circle-stroke-width": 3, "circle-stroke-color": byLevel(layer, "level"),
      "circle-opacity": 0.94, "circle-translate": aside } },
    { id: `${layer.id}-counts`, type: "symbol", source, "source-layer": "things", filter: ["has", "n"], layout: {
      "text-field": ["to-string", ["get", "n"]], "text-size": 13 * BIG, "text-allow-overlap": true, "text-ignore-placement": true,
      "icon-image": ["concat", `${layer.id}/`, ["case", ["has", "level"], ["get", "level"], layer.signs[0]?.[0] ?? ""]], "icon-size": 0.55 * BIG,
      "icon-offset": [0, -30], "icon-allow-overlap": true, "icon-ignore-placement": true },
      paint: { "text-color": token("ink"), "text-translate": aside, "icon-translate": aside } },
    { id: `${layer.id}-singles`, type: "symbol", source, "source-layer": "things", filter: ["has", "uid"], layout: {
      "icon-image": ["concat", `${layer.id}/`, ["get", "level"]], "icon-allow-overlap": true, "icon-ignore-placement": true,
      "symbol-sort-key": graver(layer) as unknown as number, "icon-offset": [beside, 0],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.62 * BIG, 15, 0.9 * BIG, 18, 1.1 * BIG] as unknown as number } },
    { id: `${layer.id}-titles`, type: "symbol", source, "source-layer": "things", filter: ["has", "uid"], minzoom: 16, layout: {
      "text-field": ["get", "title"], "text-size": 12 * BIG, "text-offset": [beside / 6, 1.1], "text-anchor": "top", "text-max-width": 9,
      "text-optional": true }, paint: { "text-color": token("ink"), "text-halo-color": edge, "text-halo-width": 1.5 } },
    ...(layer.limits ? [{ id: `${layer.id}-due`, type: "symbol", source, "source-layer": "things", filter: ["has", "due"], layout: {
      "text-field": ["get", "due"], "text-size": 12 * BIG, "text-offset": [beside / 6, -1.1], "text-anchor": "bottom" },
      paint: { "text-color": ["case", ["has", "late"], token("late"), token("ink")], "text-halo-color": edge, "text-halo-width": 2 } } as LayerSpecification] : []),
    { id: `${layer.id}-here`, type: "symbol", source, "source-layer": "things", filter: ["has", "here"], layout: {
      "text-field": ["to-string", ["get", "here"]], "text-size": 11 * BIG, "text-offset": [0.9 + beside / 11, -0.9] },
      paint: { "text-color": token("ink"), "text-halo-color": edge, "text-halo-width": 2 } },
  );
  return drawn;
}

function shapesOf(layer: LayerTold): LayerSpecification[] {
  const source = `shapes-${layer.id}`;
  return [
    { id: `${layer.id}-areas`, type: "fill", source, "source-layer": "shapes", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": byLevel(layer, "level"), "fill-opacity": 0.14 } },
    { id: `${layer.id}-lines`, type: "line", source, "source-layer": "shapes", layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": byLevel(layer, "level"), "line-width": ["interpolate", ["linear"], ["zoom"], 11, 1, 17, 3] as unknown as number } },
  ];
}

/** Fill and edges by an indicator; the step of each area is its feature state. */
export function colouringOf(): LayerSpecification[] {
  const depth = ["match", ["coalesce", ["feature-state", "step"], -1], -1, 0, 0, 0.04, 1, 0.16, 2, 0.3, 3, 0.46, 4, 0.64, 5, 0.84, 0];
  return [
    { id: "colouring", type: "fill", source: "colouring", "source-layer": "areas",
      paint: { "fill-color": token("accent"), "fill-opacity": depth as unknown as number } },
    { id: "colouring-edges", type: "line", source: "colouring", "source-layer": "areas",
      paint: { "line-color": token("ground"), "line-width": 0.8 } },
  ];
}

export const signOf = signName;
