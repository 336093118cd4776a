// The bell counts by itself; what is urgent rings, to the eye and to the ear, until it is acknowledged.
import { icon } from "./icons.ts";
import { hear, type Bell, type Ring } from "./stream.ts";
import { say } from "./words.ts";

const RING_EVERY = 4_000;
const TONES = [880, 660] as const;
const TONE_SECONDS = 0.22;

let sound: AudioContext | undefined;
let ringing: ReturnType<typeof setInterval> | undefined;

function showCount(count: number): void {
  for (const bell of document.querySelectorAll<HTMLElement>("[data-bell]")) {
    const badge = bell.querySelector<HTMLElement>("[data-bell-count]");
    if (badge) {
      badge.hidden = count === 0;
      badge.textContent = count > 99 ? "99+" : String(count);
    }
    const words = bell.querySelector("[data-bell-words]");
    if (words) words.textContent = say("bell", { n: count });
  }
}

/** A browser lets a page sound only after its reader has touched it. */
export function wake(): void {
  if (typeof AudioContext === "undefined") return;
  sound ??= new AudioContext();
  void sound.resume().then(() => document.querySelector("[data-ring-sound]")?.remove());
}

function toneAt(context: AudioContext, hertz: number, from: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0.0001, from);
  volume.gain.exponentialRampToValueAtTime(0.4, from + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, from + TONE_SECONDS);
  tone.connect(volume).connect(context.destination);
  tone.start(from);
  tone.stop(from + TONE_SECONDS);
}

export function ringOnce(): void {
  if (sound?.state !== "running") return;
  TONES.forEach((hertz, place) => sound && toneAt(sound, hertz, sound.currentTime + place * TONE_SECONDS));
}

function acknowledge(ring: Ring, box: HTMLElement): void {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  void fetch(ring.heard, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" } }).then((answer) => {
    if (answer.ok) box.remove();
    settle();
  }).catch(() => undefined);
}

function button(words: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function boxOf(ring: Ring): HTMLElement {
  const box = document.createElement("div");
  box.className = "ring";
  box.dataset.ring = ring.key;
  const words = document.createElement("p");
  words.textContent = ring.text;
  const link = document.createElement("a");
  link.className = "btn btn-primary";
  link.href = ring.url;
  link.textContent = say("ringGo");
  box.append(icon("late"), words, link, button(say("ringHeard"), () => acknowledge(ring, box)));
  return box;
}

/** At the head of the page, where it pushes what is there down instead of lying on it; over a wall or a paper, which must not move. */
function shelf(): HTMLElement {
  const found = document.querySelector<HTMLElement>("[data-rings]");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "rings";
  made.dataset.rings = "";
  made.setAttribute("role", "alert");
  const page = document.querySelector("main.main, main.phone-main, main.public-main");
  if (page) page.prepend(made);
  else document.body.append(made);
  return made;
}

/** Sounds as long as anything on the page rings; offers to switch the sound on where the browser holds it back. */
function settle(): void {
  const rings = document.querySelectorAll("[data-ring]").length;
  document.title = document.title.replace(/^！ /, "");
  clearInterval(ringing);
  ringing = undefined;
  if (!rings) {
    document.querySelector("[data-rings]")?.remove();
    return;
  }
  document.title = `！ ${document.title}`;
  ringOnce();
  ringing = setInterval(ringOnce, RING_EVERY);
  if (sound?.state !== "running" && !document.querySelector("[data-ring-sound]")) {
    const on = button(say("ringSound"), wake);
    on.dataset.ringSound = "";
    shelf().append(on);
  }
}

export function showRings(rings: Ring[]): void {
  const wanted = new Set(rings.map((ring) => ring.key));
  const boxes = [...document.querySelectorAll<HTMLElement>("[data-ring]")];
  const shown = new Set(boxes.map((box) => box.dataset.ring));
  for (const box of boxes) if (!wanted.has(box.dataset.ring ?? "")) box.remove();
  const fresh = rings.filter((ring) => !shown.has(ring.key));
  if (fresh.length) shelf().prepend(...fresh.map(boxOf));
  if (fresh.length || wanted.size !== shown.size) settle();
}

export function startBell(): void {
  for (const touch of ["pointerdown", "keydown"] as const) document.addEventListener(touch, wake, { once: true });
  hear("anlan:bell", ({ count, rings }: Bell) => {
    showCount(count);
    showRings(rings);
  });
}
