// Outer tiles in a shifted datum (GCJ-02, BD-09; domain.md 12.5): each tile is put together again from those it covers.
import { addProtocol } from "maplibre-gl";

const AXIS = 6378245.0;
const ECCENTRICITY = 0.00669342162296594323;
type Point = [number, number];

function bend(x: number, y: number): Point {
  const wave = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * (2 / 3);
  const lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave
    + (20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * (2 / 3)
    + (160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * (2 / 3);
  const lon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave
    + (20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * (2 / 3)
    + (150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * (2 / 3);
  return [lon, lat];
}

/** WGS-84 (or CGCS2000) to GCJ-02, degrees. */
export function toGcj([lon, lat]: Point): Point {
  const [dx, dy] = bend(lon - 105, lat - 35);
  const angle = (lat / 180) * Math.PI;
  const magic = 1 - ECCENTRICITY * Math.sin(angle) ** 2;
  const root = Math.sqrt(magic);
  return [lon + (dx * 180) / ((AXIS / root) * Math.cos(angle) * Math.PI),
    lat + (dy * 180) / (((AXIS * (1 - ECCENTRICITY)) / (magic * root)) * Math.PI)];
}

/** WGS-84 to BD-09, degrees. */
export function toBd(point: Point): Point {
  const [x, y] = toGcj(point);
  const turn = (Math.PI * 3000) / 180;
  const far = Math.sqrt(x * x + y * y) + 0.00002 * Math.sin(y * turn);
  const angle = Math.atan2(y, x) + 0.000003 * Math.cos(x * turn);
  return [far * Math.cos(angle) + 0.0065, far * Math.sin(angle) + 0.006];
}

export function onTiles([lon, lat]: Point, z: number): Point {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [(lon / 360 + 0.5) * 2 ** z, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 2 ** z];
}

function middleOf(z: number, x: number, y: number): Point {
  const rest = Math.PI * (1 - (2 * (y + 0.5)) / 2 ** z);
  return [((x + 0.5) / 2 ** z) * 360 - 180, (Math.atan(Math.sinh(rest)) * 180) / Math.PI];
}

/** How far, in tiles, the source lies to the right of and below where it belongs. */
export function shiftOf(datum: string, z: number, x: number, y: number): Point {
  const middle = middleOf(z, x, y);
  const [right, down] = onTiles((datum === "bd09" ? toBd : toGcj)(middle), z);
  return [right - (x + 0.5), down - (y + 0.5)];
}

async function picture(address: string, signal: AbortSignal): Promise<ImageBitmap | undefined> {
  const answer = await fetch(address, { signal });
  return answer.ok ? createImageBitmap(await answer.blob()) : undefined;
}

async function shifted(datum: string, template: string, z: number, x: number, y: number, signal: AbortSignal): Promise<ArrayBuffer> {
  const [right, down] = shiftOf(datum, z, x, y);
  const [left, top] = [Math.floor(x + right), Math.floor(y + down)];
  const canvas = new OffscreenCanvas(256, 256);
  const pen = canvas.getContext("2d");
  for (const [dx, dy] of [[0, 0], [1, 0], [0, 1], [1, 1]] as Point[]) {
    const address = template.replace("{z}", `${z}`).replace("{x}", `${left + dx}`).replace("{y}", `${top + dy}`);
    const found = await picture(address, signal);
    if (found) pen?.drawImage(found, Math.round((left + dx - x - right) * 256), Math.round((top + dy - y - down) * 256), 256, 256);
  }
  return (await canvas.convertToBlob()).arrayBuffer();
}

/** Makes `gcj02://…` and `bd09://…` addresses of picture tiles known. */
export function addDatums(template: string): void {
  for (const datum of ["gcj02", "bd09"]) {
    addProtocol(datum, async (asked, stop) => {
      const parts = pattern(`${datum}://${template}`).exec(asked.url);
      const [z, x, y] = ["z", "x", "y"].map((name) => Number(parts?.groups?.[name])) as [number, number, number];
      return { data: await shifted(datum, template, z, x, y, stop.signal) };
    });
  }
}

export function pattern(template: string): RegExp {
  const plain = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${plain.replace("{z}", "(?<z>\\d+)").replace("{x}", "(?<x>\\d+)").replace("{y}", "(?<y>\\d+)")}$`);
}
