// A3, landscape: the picture as it stands, with legend, day and source beneath.
import type { Desk } from "./desk.ts";

export function preparePrint(desk: Desk): void {
  const pictures: HTMLElement[] = [];
  const before = () => {
    for (const view of desk.views) {
      const picture = document.createElement("img");
      picture.className = "map-picture";
      picture.alt = "";
      picture.src = view.picture();
      view.map.getContainer().append(picture);
      pictures.push(picture);
    }
  };
  const after = () => { for (const picture of pictures.splice(0)) picture.remove(); };
  desk.life.on(window, "beforeprint", before);
  desk.life.on(window, "afterprint", after);
  desk.life.on(desk.part("map-print"), "click", () => {
    document.documentElement.classList.add("prints-a3");
    window.print();
    document.documentElement.classList.remove("prints-a3");
  });
}
