// The district as a small map of outlines: a touch says where, a second touch says it more exactly. No tiles, no other service.
export type Point = [number, number];
export type Area = { name: string; level: number; rings: Point[][] };
/** Degrees: what is seen, its middle and its width; narrow: how much narrower a degree of longitude is here. */
export type Window = { lon: number; lat: number; span: number; narrow: number };

const CLOSEST = 0.002;
export const STEP = 3;

/** All of the ground, on a square. */
export function whole(areas: Area[]): Window {
  const points = areas.flatMap((area) => area.rings.flat());
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
  const [west, east, south, north] = [least(lons), -least(lons.map((v) => -v)), least(lats), -least(lats.map((v) => -v))];
  const narrow = Math.cos(((south + north) / 2) * (Math.PI / 180));
  return { lon: (west + east) / 2, lat: (south + north) / 2, span: 1.08 * Math.max(north - south, (east - west) * narrow), narrow };
}

function least(values: number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

/** Nearer (factor above 1) or farther, around a point; never closer than a house, never farther than all. */
export function zoomed(now: Window, all: Window, around: Point, factor: number): Window {
  const span = Math.min(all.span, Math.max(CLOSEST, now.span / factor));
  return span >= all.span ? all : { ...now, lon: around[0], lat: around[1], span };
}

/** Where a point is drawn on a square of `size`, north up. */
export function drawn(window: Window, size: number, [lon, lat]: Point): Point {
  const scale = size / window.span;
  return [size / 2 + (lon - window.lon) * window.narrow * scale, size / 2 - (lat - window.lat) * scale];
}

/** What place was touched. */
export function touched(window: Window, size: number, [x, y]: Point): Point {
  const scale = window.span / size;
  return [window.lon + ((x - size / 2) * scale) / window.narrow, window.lat - (y - size / 2) * scale];
}

/** The deepest area that holds the point; even-odd, so that holes count as outside. */
export function areaAt(areas: Area[], [lon, lat]: Point): Area | undefined {
  const holds = (area: Area) => area.rings.reduce((inside, ring) => {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[x1, y1], [x2, y2]] = [ring[i] as Point, ring[j] as Point];
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
    }
    return inside;
  }, false);
  return areas.filter(holds).sort((a, b) => b.level - a.level)[0];
}

export type Name = { text: string; x: number; y: number };

/** Those names that can be read: the first given keep their room, others that would lie on them or off the square are left out. */
export function readable(names: Name[], size: number, letter: number): Name[] {
  const kept: Name[] = [];
  const wide = (name: Name) => (name.text.length * letter) / 2;
  for (const name of names) {
    const inside = name.x > wide(name) && name.x < size - wide(name) && name.y > letter && name.y < size;
    const free = kept.every((one) => Math.abs(one.x - name.x) > wide(one) + wide(name) || Math.abs(one.y - name.y) > letter * 1.3);
    if (inside && free) kept.push(name);
  }
  return kept;
}
