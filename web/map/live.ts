// What colleagues do meanwhile: by the stream where there is one, else when the page is looked at again.
import type { Desk } from "./desk.ts";

const APART = 2_000;

export function live(desk: Desk): void {
  let waits = false;
  const renew = () => {
    if (waits || desk.state.on) return;
    waits = true;
    desk.life.after(APART, () => {
      waits = false;
      desk.view.renew();
      void desk.list();
    });
  };
  desk.life.on(document, "visibilitychange", () => { if (!document.hidden) renew(); });
  desk.life.on(document, "anlan:new", renew);
  desk.life.on(document, "anlan:sealed", renew);
}
