// The slider: one day of three years; dragging shows the map as it stood at the end of that day.
import type { Desk } from "./desk.ts";

const DAY = 86_400_000;
const MONTH_STEP = 7; // days from one picture to the next while it plays
const WAIT = 1200;

const dayOf = (iso: string) => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
const isoOf = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);

export class Time {
  private playing?: () => void;

  constructor(private desk: Desk) {
    const { life } = desk;
    this.slide.max = String(dayOf(desk.told.today) - dayOf(desk.told.first));
    life.on(this.slide, "input", () => { this.day.value = this.slid(); });
    life.on(this.slide, "change", () => this.go(this.slid()));
    life.on(this.day, "change", () => this.go(this.day.value));
    life.on(desk.part("now"), "click", () => this.go(""));
    life.on(this.play, "click", () => this.toggle());
    life.on(this.compare, "change", () => desk.change({ vs: this.compare.checked ? this.yearBefore() : "" }));
    life.on(this.vs, "change", () => { if (this.vs.value) desk.change({ vs: this.vs.value }); });
  }

  private get slide() { return this.desk.part<HTMLInputElement>("slide"); }
  private get day() { return this.desk.part<HTMLInputElement>("day"); }
  private get play() { return this.desk.part<HTMLButtonElement>("play"); }
  private get compare() { return this.desk.part<HTMLInputElement>("compare"); }
  private get vs() { return this.desk.part<HTMLInputElement>("vs"); }

  private slid(): string {
    return isoOf(dayOf(this.desk.told.first) + Number(this.slide.value));
  }

  private yearBefore(): string {
    return isoOf(Math.max(dayOf(this.desk.state.on || this.desk.told.today) - 365, dayOf(this.desk.told.first)));
  }

  private go(day: string): void {
    this.desk.change({ on: day === this.desk.told.today ? "" : day });
  }

  /** Puts the state's day into the slider. */
  show(): void {
    const { told, state } = this.desk;
    const day = state.on || told.today;
    this.day.value = day;
    this.slide.value = String(dayOf(day) - dayOf(told.first));
    this.slide.setAttribute("aria-valuetext", state.on || (told.words.now ?? ""));
    this.desk.part("now").setAttribute("aria-pressed", String(!state.on));
    this.compare.checked = Boolean(state.vs);
    this.vs.hidden = !state.vs;
    if (state.vs) this.vs.value = state.vs;
    this.desk.part("print-day").textContent = day;
  }

  private toggle(): void {
    if (this.playing) {
      this.stop();
      return;
    }
    if (!this.desk.state.on) this.go(this.desk.told.first);
    this.play.setAttribute("aria-pressed", "true");
    this.play.textContent = this.desk.told.words.pause ?? "";
    this.step();
  }

  private step(): void {
    this.playing = this.desk.life.after(WAIT, () => {
      const next = dayOf(this.desk.state.on || this.desk.told.today) + MONTH_STEP;
      if (!this.desk.state.on || next >= dayOf(this.desk.told.today)) {
        this.go("");
        this.stop();
        return;
      }
      this.desk.change({ on: isoOf(next) }, false);
      this.step();
    });
  }

  private stop(): void {
    this.playing?.();
    this.playing = undefined;
    this.play.setAttribute("aria-pressed", "false");
    this.play.textContent = this.desk.told.words.play ?? "";
  }
}
