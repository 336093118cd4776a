// While the app is open, Anlan tells it at once: what rings, and that something of its own moved. Hidden or offline it asks when it is seen again.
import { ringOnce, wake } from "../lib/bell.ts";
import { close, hear, open, type Ring } from "../lib/stream.ts";
import type { App } from "./app.ts";

/** Milliseconds that pass before the pack is asked for: several deeds of one moment ask once. */
const SOON = 1_000;
const LONG_AND_SHORT = [400, 150, 400];

/** Opens the line while the app can ask and somebody sees it; gives it up otherwise. */
export function followLine(app: App): void {
  if (typeof EventSource === "undefined") return;
  if (app.standing === "" && app.pack && document.visibilityState === "visible") open();
  else close();
}

function ring(fresh: Ring[]): void {
  if (!fresh.length) return;
  ringOnce();
  navigator.vibrate?.(LONG_AND_SHORT);
}

export function startLive(app: App, signal?: AbortSignal): void {
  for (const touch of ["pointerdown", "keydown"] as const) document.addEventListener(touch, wake, { once: true, signal });
  let soon = 0;
  const look = () => {
    clearTimeout(soon);
    soon = window.setTimeout(() => void app.meet(), SOON);
  };
  hear("anlan:news", ({ mine }) => mine && look(), signal);
  hear("anlan:missed", look, signal);
  hear("anlan:end", look, signal);
  hear("anlan:bell", ({ count, rings }) => {
    const known = new Set(app.rings.map((one) => one.key));
    const fresh = rings.filter((one) => !known.has(one.key));
    [app.unread, app.rings] = [count, rings];
    ring(fresh);
    if (fresh.length) look();
    app.onChange();
  }, signal);
  document.addEventListener("visibilitychange", () => followLine(app), { signal });
}
