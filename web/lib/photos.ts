// Photos before they are sent: seen, counted, taken off again.
import { icon } from "./icons.ts";
import { mount, type Life } from "./life.ts";
import { toast } from "./toasts.ts";
import { say } from "./words.ts";

const MEGABYTE = 1024 * 1024;

export type Sorted = { good: File[]; faults: string[] };

/** Photos that may be added, and a sentence for each that may not. */
export function sift(files: File[], megabytes: number): Sorted {
  const sorted: Sorted = { good: [], faults: [] };
  for (const file of files) {
    const isPhoto = file.type.startsWith("image/") || /\.(heic|heif)$/i.test(file.name);
    if (!isPhoto) sorted.faults.push(say("photoNotImage", { name: file.name }));
    else if (file.size > megabytes * MEGABYTE) sorted.faults.push(say("photoTooBig", { name: file.name, limit: megabytes }));
    else sorted.good.push(file);
  }
  return sorted;
}

export function sameFile(a: File, b: File): boolean {
  return a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
}

/** The size that fits into a square of `most`, never larger than it was. */
export function fit(width: number, height: number, most: number): { width: number; height: number } {
  const share = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** The photo no larger than `most` pixels a side, as JPEG; as it was where the browser cannot read it or nothing is won. */
async function shrunk(file: File, most: number): Promise<File> {
  try {
    const drawn = await createImageBitmap(file);
    const size = fit(drawn.width, drawn.height, most);
    const canvas = Object.assign(document.createElement("canvas"), size);
    canvas.getContext("2d")?.drawImage(drawn, 0, 0, size.width, size.height);
    drawn.close();
    const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    if (!small || small.size >= file.size) return file;
    const name = file.name.replace(/\.\w+$/, "") + ".jpg";
    return new File([small], name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}

function preview(file: File, life: Life, remove: () => void): HTMLElement {
  const frame = document.createElement("figure");
  const image = document.createElement("img");
  const address = URL.createObjectURL(file);
  life.ends(() => URL.revokeObjectURL(address));
  image.src = address;
  image.alt = file.name;
  image.addEventListener("error", () => image.remove()); // a HEIC photo the browser cannot draw: its name is enough
  const words = document.createElement("figcaption");
  words.textContent = file.name;
  const off = document.createElement("button");
  off.type = "button";
  off.setAttribute("aria-label", say("photoRemove"));
  off.append(icon("close"));
  off.addEventListener("click", remove);
  frame.append(image, words, off);
  return frame;
}

function startPhotos(root: HTMLElement, life: Life): void {
  const input = root.querySelector<HTMLInputElement>('input[type="file"]');
  const grid = root.querySelector(".photos");
  const note = root.querySelector("[data-photo-note]");
  if (!input || !grid) return;
  let kept: File[] = [];
  const show = () => {
    const carrier = new DataTransfer();
    for (const file of kept) carrier.items.add(file);
    input.files = carrier.files;
    for (const frame of grid.querySelectorAll("figure")) frame.remove();
    for (const file of kept) {
      input.closest("label")?.before(preview(file, life, () => {
        kept = kept.filter((other) => other !== file);
        show();
      }));
    }
    const size = kept.reduce((sum, file) => sum + file.size, 0) / MEGABYTE;
    if (note) note.textContent = kept.length ? say("photoCount", { n: kept.length, size: size.toFixed(1) }) : "";
  };
  const take = (good: File[]) => {
    kept = [...kept, ...good.filter((file) => !kept.some((other) => sameFile(file, other)))];
    show();
  };
  life.on(input, "change", () => {
    const { good, faults } = sift([...(input.files ?? [])], Number(root.dataset.megabytes ?? 20));
    const most = Number(root.dataset.shrink ?? 0);
    if (most) void Promise.all(good.map((file) => shrunk(file, most))).then(take);
    else take(good);
    for (const sentence of faults) toast({ sentence, fault: true });
  });
}

export function startPhotoInputs(): void {
  mount("[data-photos]", startPhotos);
}
