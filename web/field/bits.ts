// Small pieces of pages: fields, photos, choices, the signature.
import { icon } from "../lib/icons.ts";
import { fit } from "../lib/photos.ts";
import { onCanvas } from "../lib/signature.ts";
import { toast } from "../lib/toasts.ts";
import { say } from "../lib/words.ts";
import type { App } from "./app.ts";
import { hashOf } from "./device.ts";
import { h, type Child } from "./dom.ts";

export type Taken = { sha: string; bytes: Uint8Array };
/** Pixels of the longer side of a photo as it is kept; the most bytes Anlan takes. */
const SIDE = 1600;
const LARGEST = 40 * 1024 * 1024;
let fields = 0;

export function field(label: string, control: HTMLElement, optional = false): HTMLElement {
  control.id ||= `f${(fields += 1)}`;
  return h("div", { class: "field" }, h("label", { for: control.id }, label, optional && h("span", { class: "field-optional" }, say("optional"))), control);
}

export function input(value: string, change: (value: string) => void, more: Record<string, string | number> = {}): HTMLInputElement {
  const made: HTMLInputElement = h("input", { class: "form-control", autocomplete: "off", input: () => change(made.value), ...more });
  made.value = value;
  return made;
}

export function area(value: string, change: (value: string) => void, more: Record<string, string | number> = {}): HTMLTextAreaElement {
  const made: HTMLTextAreaElement = h("textarea", { class: "form-control", rows: 2, input: () => change(made.value), ...more });
  made.value = value;
  return made;
}

export function select(options: [string, string][], value: string, change: (value: string) => void): HTMLSelectElement {
  const made: HTMLSelectElement = h("select", { class: "form-select", change: () => change(made.value) }, ...options.map(([v, words]) => h("option", { value: v }, words)));
  made.value = value;
  return made;
}

/** One of several, each a tap. */
export function choices(name: string, label: string, options: [string, string][], value: string, change: (value: string) => void): HTMLElement {
  const id = `c${(fields += 1)}`;
  return h("div", { class: "field", role: "radiogroup", "aria-labelledby": id }, h("span", { class: "field-label", id }, label),
    h("div", { class: "choices" }, ...options.map(([v, words]) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name, value: v, checked: v === value, change: () => change(v) }), h("span", {}, words)))));
}

export function button(words: string, act: (event: Event) => unknown, kind = "", picture = ""): HTMLButtonElement {
  return h("button", { class: `btn ${kind}`, type: "button", click: act }, picture && icon(picture), words);
}

export function link(words: Child, address: string, kind = "btn", picture = ""): HTMLAnchorElement {
  return h("a", { class: kind, href: `#/${address}` }, picture && icon(picture), words);
}

export function plain(...rows: Child[]): HTMLElement {
  return h("ul", { class: "plain" }, ...rows.map((row) => h("li", {}, row)));
}

/** The photo as JPEG, its longer side no more than SIDE; as it was where the browser cannot read it or nothing is won. Position and time inside it go. */
export async function shrink(file: Blob): Promise<Uint8Array> {
  const whole = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());
  try {
    const drawn = await createImageBitmap(file);
    const canvas = Object.assign(document.createElement("canvas"), fit(drawn.width, drawn.height, SIDE));
    canvas.getContext("2d")?.drawImage(drawn, 0, 0, canvas.width, canvas.height);
    drawn.close();
    const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    return whole(small && small.size < file.size ? small : file);
  } catch {
    return whole(file);
  }
}

export async function taken(bytes: Uint8Array): Promise<Taken> {
  return { sha: await hashOf(bytes), bytes };
}

type PhotoField = { label: string; name: string; held: string[]; most?: number; change: (shas: string[], taken: Taken[]) => void };

/** Photos of one thing: taken, seen, taken off again. */
export function photoField(app: App, told: PhotoField): HTMLElement {
  let held = told.held;
  const most = told.most ?? 9;
  const fresh = new Map<string, Uint8Array>();
  const grid = h("div", { class: "photos" });
  const take = async (files: File[]) => {
    for (const file of files) {
      const one = await taken(await shrink(file));
      if (one.bytes.length > LARGEST) toast({ sentence: say("photoTooBig", { name: file.name, limit: 40 }), fault: true });
      else if (!held.includes(one.sha) && held.length < most) {
        fresh.set(one.sha, one.bytes);
        held = [...held, one.sha];
        told.change(held, [one]);
      }
    }
    show();
  };
  const picker = () => {
    const box: HTMLInputElement = h("input", { type: "file", name: told.name, accept: "image/*", capture: "environment", multiple: true, change: () => take([...(box.files ?? [])]) });
    return h("label", { class: "photo-add" }, icon("camera"), h("span", {}, told.label), box);
  };
  const frame = (sha: string) => {
    const off = h("button", { type: "button", "aria-label": say("photoRemove"), click: () => {
      held = held.filter((other) => other !== sha);
      told.change(held, []);
      show();
    } }, icon("close"));
    const image = h("img", { alt: told.label });
    void (async () => {
      const bytes = fresh.get(sha) ?? (await app.shelf.bytes(sha));
      if (!bytes) return;
      image.src = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
      image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    })();
    return h("figure", { "data-sha": sha }, image, off);
  };
  const show = () => grid.replaceChildren(...held.map(frame), ...(held.length < most ? [picker()] : []));
  show();
  return grid;
}

/** A place to sign with the finger; told once the finger is lifted. */
export function signature(held: boolean, change: (signed: Taken | undefined) => void): HTMLElement {
  const canvas = h("canvas", { width: 960, height: 320, role: "img", "aria-label": say("signHere") });
  const state = h("span", { role: "status" }, say(held ? "signed" : "unsigned"));
  const pen = canvas.getContext("2d");
  let last: { x: number; y: number } | undefined;
  const line = (event: PointerEvent) => {
    if (!last || !pen) return;
    const here = onCanvas(event, canvas);
    Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(here.x, here.y);
    pen.stroke();
    last = here;
  };
  const lift = () => {
    if (!last) return;
    last = undefined;
    state.textContent = say("signed");
    canvas.toBlob(async (blob) => blob && change(await taken(new Uint8Array(await blob.arrayBuffer()))), "image/png");
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = onCanvas(event, canvas);
    line(event);
  });
  canvas.addEventListener("pointermove", line);
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  const clear = button(say("signAgain"), () => {
    pen?.clearRect(0, 0, canvas.width, canvas.height);
    state.textContent = say("unsigned");
    change(undefined);
  }, "btn-quiet btn-inline", "undo");
  return h("div", { class: "signature" }, h("div", { class: "signature-pad" }, canvas), h("div", { class: "signature-tools" }, state, clear));
}

/** Where the phone is, once it knows; the work never waits for it. */
export function whereabouts(found: (place: { lon: number; lat: number; accuracy_m: number }) => void, not: () => void): void {
  if (!navigator.geolocation) return not();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => found({ lon: round(coords.longitude, 6), lat: round(coords.latitude, 6), accuracy_m: round(coords.accuracy, 1) }), not,
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 });
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

export function clockOf(instant: string): string {
  const at = new Date(instant);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
