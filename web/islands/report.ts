// The resident's report: the phone's place in one tap, a loud word when it sounds like an emergency, number and PIN from a code.
import { mount } from "../lib/life.ts";
import { startPicking } from "../lib/pickmap.ts";
import { startPuzzles } from "../lib/puzzle.ts";
import { say } from "../lib/words.ts";

/** Whether one of the words stands in what was typed. */
export function soundsUrgent(text: string, words: string[]): boolean {
  return words.some((word) => word !== "" && text.includes(word));
}

function startUrgency(root: HTMLElement, what: HTMLTextAreaElement): void {
  const block = root.querySelector<HTMLElement>("[data-emergency]");
  const told = root.querySelector<HTMLElement>("[data-emergency-now]");
  if (!block || !told) return;
  const urgent = soundsUrgent(what.value, (root.dataset.urgentWords ?? "").split(" "));
  block.classList.toggle("emergency-now", urgent);
  const sentence = urgent ? say("urgentNow") : "";
  if (told.textContent !== sentence) told.textContent = sentence;
}

startPuzzles();

mount("[data-report]", (root, life) => {
  const what = root.querySelector<HTMLTextAreaElement>("[data-what]");
  if (what) {
    life.on(what, "input", () => startUrgency(root, what));
    startUrgency(root, what);
  }
  const button = root.querySelector<HTMLButtonElement>("[data-locate]");
  const note = root.querySelector<HTMLElement>("[data-located]");
  const lon = root.querySelector<HTMLInputElement>("[data-lon]");
  const lat = root.querySelector<HTMLInputElement>("[data-lat]");
  const area = root.querySelector<HTMLSelectElement>("select[name=area]");
  if (!button || !note || !lon || !lat) return;
  const put = (x: number, y: number) => ([lon.value, lat.value] = [x.toFixed(6), y.toFixed(6)]);
  startPicking(() => (lon.value && lat.value ? [Number(lon.value), Number(lat.value)] : undefined), ([x, y], here) => {
    put(x, y);
    if (area) area.value = ""; // what was pointed at last counts
    button.classList.remove("located");
    note.textContent = here ? say("picked", { name: here.name }) : say("pickedOutside");
  }, note);
  if (area) {
    life.on(area, "change", () => {
      if (!area.value) return; // what is chosen by hand counts
      lon.value = lat.value = "";
      button.classList.remove("located");
      note.textContent = "";
    });
  }
  if (!("geolocation" in navigator)) return;
  button.hidden = false;
  const found = () => {
    button.classList.add("located");
    note.textContent = say("located");
  };
  if (lon.value && lat.value) found();
  life.on(button, "click", () => {
    note.textContent = say("locating");
    navigator.geolocation.getCurrentPosition(
      (position) => {
        put(position.coords.longitude, position.coords.latitude);
        found();
      },
      () => (note.textContent = say("notLocated")),
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
    );
  });
});

// A printed code opens the page with number and PIN behind the #, which no server sees.
mount("[data-follow]", (root) => {
  const told = new URLSearchParams(location.hash.slice(1));
  for (const name of ["code", "pin", "kept"]) {
    const input = root.querySelector<HTMLInputElement>(`input[name=${name}]`);
    if (input && told.get(name) && !input.value) input.value = told.get(name) ?? "";
  }
  if (location.hash) history.replaceState(null, "", location.pathname);
});
