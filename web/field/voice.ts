// A hazard told instead of written: one voice note, recorded, heard again, taken off. Kept and sent as photos are.
import { toast } from "../lib/toasts.ts";
import { say } from "../lib/words.ts";
import type { App } from "./app.ts";
import { button, taken, type Taken } from "./bits.ts";
import { h } from "./dom.ts";

/** Seconds of a note, and bits a second: about 0.4 megabytes at most. */
const LONGEST = 120;
const FINE_ENOUGH = 24_000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus", "audio/webm"];
const STARTS: [number, string, string][] = [[0, "\x1aE", "webm"], [0, "Og", "ogg"], [4, "ftyp", "m4a"], [0, "\xff\xd8", "jpg"], [0, "\x89P", "png"]];

/** What the browser can record, in what Anlan takes; empty: nothing. */
export function kindToRecord(): string {
  if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices?.getUserMedia) return "";
  return KINDS.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? "";
}

/** The ending that a file of these bytes has, so that it can be saved by hand. */
export function endingOf(bytes: Uint8Array): string {
  const at = (from: number, length: number) => String.fromCharCode(...bytes.slice(from, from + length));
  return STARTS.find(([from, start]) => at(from, start.length) === start)?.[2] ?? "bin";
}

export function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Records until it is stopped or the longest is reached; told how many seconds have passed. */
async function record(kind: string, tick: (seconds: number) => void): Promise<{ stop: () => void; whole: Promise<Blob> }> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: FINE_ENOUGH });
  const parts: Blob[] = [];
  let seconds = 0;
  const stop = () => recorder.state !== "inactive" && recorder.stop();
  const clock = setInterval(() => {
    tick((seconds += 1));
    if (seconds >= LONGEST) stop();
  }, 1_000);
  const whole = new Promise<Blob>((done) => {
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      done(new Blob(parts, { type: kind }));
    });
  });
  recorder.start();
  return { stop, whole };
}

type VoiceField = { held: string[]; change: (shas: string[], taken: Taken[]) => void };

export function voiceField(app: App, told: VoiceField): HTMLElement | false {
  const kind = kindToRecord();
  if (!kind && !told.held.length) return false;
  let held = told.held;
  const fresh = new Map<string, Uint8Array>();
  const place = h("div", { class: "voice" });
  const keep = (shas: string[], files: Taken[] = []) => {
    held = shas;
    for (const file of files) fresh.set(file.sha, file.bytes);
    told.change(held, files);
    show();
  };
  const listen = (sha: string) => {
    const player = h("audio", { controls: true, "aria-label": say("voice") });
    void (async () => {
      const bytes = fresh.get(sha) ?? (await app.shelf.bytes(sha));
      if (bytes) player.src = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: kind.split(";")[0] }));
    })();
    return [player, button(say("voiceRemove"), () => keep([]), "btn-quiet btn-inline", "trash")];
  };
  const start = async (by: HTMLButtonElement) => {
    by.disabled = true;
    const time = h("span", { role: "timer" }, minutes(0));
    try {
      const { stop, whole } = await record(kind, (seconds) => (time.textContent = minutes(seconds)));
      place.replaceChildren(button(say("voiceStop"), stop, "btn-primary", "stop"), time, h("span", { class: "text-soft" }, say("voiceLongest", { minutes: LONGEST / 60 })));
      const note = await taken(new Uint8Array(await (await whole).arrayBuffer()));
      keep(note.bytes.length ? [note.sha] : [], note.bytes.length ? [note] : []);
    } catch {
      toast({ sentence: say("voiceNone"), fault: true });
      show();
    }
  };
  const show = () => {
    const begin: HTMLButtonElement = button(say("voiceStart"), () => start(begin), "", "microphone");
    place.replaceChildren(...(held[0] ? listen(held[0]) : [begin]));
  };
  show();
  return place;
}
