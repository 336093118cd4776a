// A sketch of the ground: boundaries and stops on a small square, north up. No tiles, no DOM.
import type { Shape } from "./pack.ts";

export type Point = [number, number];
export type Drawn = { lines: { name: string; d: string }[]; dots: { x: number; y: number }[] };
const MARGIN = 0.12;

/** Outer and inner rings of a polygon or of several, as GeoJSON gives them. */
export function ringsOf(shape: Shape): Point[][] {
  if (shape.type === "Polygon") return shape.coordinates as Point[][];
  if (shape.type === "MultiPolygon") return (shape.coordinates as Point[][][]).flat();
  return [];
}

/** The window holds all stops; where there are none, all of the ground. size: side of the square. */
export function draw(ground: { name: string; shape: Shape }[], stops: Point[], size: number): Drawn {
  const rings = ground.flatMap(({ name, shape }) => ringsOf(shape).map((ring) => ({ name, ring })));
  const place = fitted(stops.length ? stops : rings.flatMap(({ ring }) => ring), size);
  return {
    lines: rings.map(({ name, ring }) => ({ name, d: `M${ring.map((p) => place(p).map((v) => v.toFixed(1)).join(" ")).join("L")}Z` })),
    dots: stops.map((stop) => {
      const [x, y] = place(stop);
      return { x, y };
    }),
  };
}

function fitted(points: Point[], size: number): (point: Point) => Point {
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
  const narrow = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const span = Math.max((east - west) * narrow, north - south, 0.0008) * (1 + 2 * MARGIN);
  const scale = size / span;
  return ([lon, lat]) => [
    size / 2 + (lon - (west + east) / 2) * narrow * scale,
    size / 2 - (lat - (south + north) / 2) * scale,
  ];
}
