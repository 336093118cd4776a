// Lengths and areas on the ground, on the plane that touches it there (as places.geometry.Plane).
export type Position = [number, number];

export function plane([, lat]: Position): { east: number; north: number } {
  const angle = (lat * Math.PI) / 180;
  return {
    east: 111412.84 * Math.cos(angle) - 93.5 * Math.cos(3 * angle) + 0.118 * Math.cos(5 * angle),
    north: 111132.954 - 559.822 * Math.cos(2 * angle) + 1.175 * Math.cos(4 * angle),
  };
}

export function metresBetween(one: Position, other: Position): number {
  const { east, north } = plane([(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
  return Math.hypot((other[0] - one[0]) * east, (other[1] - one[1]) * north);
}

export function lengthOf(line: Position[]): number {
  return line.slice(1).reduce((sum, point, n) => sum + metresBetween(line[n] as Position, point), 0);
}

export function areaOf(ring: Position[]): number {
  const first = ring[0];
  if (!first || ring.length < 3) return 0;
  const { east, north } = plane(first);
  const flat = ring.map(([lon, lat]) => [(lon - first[0]) * east, (lat - first[1]) * north] as Position);
  const twice = flat.reduce((sum, [x, y], n) => {
    const [nx, ny] = flat[(n + 1) % flat.length] as Position;
    return sum + x * ny - nx * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** A circle of so many metres around a point, as a ring. */
export function circle(middle: Position, metres: number, steps = 64): Position[] {
  const { east, north } = plane(middle);
  return Array.from({ length: steps + 1 }, (_none, n) => {
    const angle = (n / steps) * 2 * Math.PI;
    return [middle[0] + (Math.cos(angle) * metres) / east, middle[1] + (Math.sin(angle) * metres) / north];
  });
}
