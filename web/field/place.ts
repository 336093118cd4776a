// Where the phone is, told only while its person lets it and a round is being walked. Nothing of it is kept on the phone.
import { toast } from "../lib/toasts.ts";
import { say } from "../lib/words.ts";
import type { App } from "./app.ts";
import { whereabouts } from "./bits.ts";
import type { PlaceRules } from "./pack.ts";
import { stopsOf } from "./pack.ts";

/** A round of the day with something still to be checked, as far as the phone knows; Anlan judges anew. */
export function onDuty(app: App): boolean {
  return app.pack !== undefined && stopsOf(app.pack, app.day).some((stop) => stop.state === "planned");
}

/** Whether the place is to be told now. */
export function tellsPlace(app: App): boolean {
  return Boolean(app.pack?.place?.since) && app.standing === "" && document.visibilityState === "visible" && onDuty(app);
}

type Answer = { anlan?: number; place?: PlaceRules; error?: { sentences?: string[] } } | undefined;

/** Switches the sharing on or off. Off, Anlan deletes what it knows at once. */
export async function share(app: App, on: boolean): Promise<void> {
  try {
    const told = (await app.line.post("place/sharing", { on })).body as Answer;
    if (told?.anlan !== 1 || !told.place) throw new Error();
    await app.keepPlaceRules(told.place);
    if (on) tellPlace(app);
  } catch {
    toast({ sentence: say("placeOffline"), fault: true });
  }
}

function tellPlace(app: App): void {
  if (!tellsPlace(app)) return;
  whereabouts((place) => void app.line.post("place", place).catch(() => undefined), () => undefined);
}

/** Tells again and again, as often as the pack says. A place that could not be told is not told later. */
export function startPlace(app: App): void {
  let told = 0;
  setInterval(() => {
    const every = (app.pack?.place?.every_s ?? 120) * 1_000;
    if (!tellsPlace(app) || Date.now() - told < every) return;
    told = Date.now();
    tellPlace(app);
  }, 5_000);
}
