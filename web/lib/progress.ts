// Anything over 0.1 s shows that it works, over 1 s says so, over 10 s says that one may leave it.
import { say } from "./words.ts";

const SHOWS = 100;
const SPEAKS = 1_000;
const MAY_LEAVE = 10_000;

let working = 0;
let timers: ReturnType<typeof setTimeout>[] = [];

function line(): HTMLElement | null {
  return document.querySelector("[data-progress]");
}

function speak(sentence: string): void {
  const words = document.querySelector<HTMLElement>("[data-progress-words]");
  if (!words) return;
  words.textContent = sentence;
  words.hidden = sentence === "";
}

function show(): void {
  const bar = line();
  if (bar) bar.hidden = false;
  document.body.setAttribute("aria-busy", "true");
}

function hide(): void {
  for (const timer of timers) clearTimeout(timer);
  timers = [];
  const bar = line();
  if (bar) bar.hidden = true;
  document.body.removeAttribute("aria-busy");
  speak("");
}

/** Something began; call what is returned when it is done (calling it twice does no harm). */
export function begin(): () => void {
  working += 1;
  if (working === 1) {
    timers = [
      setTimeout(show, SHOWS),
      setTimeout(() => speak(say("working")), SPEAKS),
      setTimeout(() => speak(say("stillWorking")), MAY_LEAVE),
    ];
  }
  let done = false;
  return () => {
    if (done) return;
    done = true;
    working -= 1;
    if (working === 0) hide();
  };
}

/** The page came back out of the browser's memory: nothing is under way any more. */
export function forgetProgress(): void {
  working = 0;
  hide();
}
