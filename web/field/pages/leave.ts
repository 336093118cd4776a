// Signing out wipes the phone; what was not sent is named first.
import { say } from "../../lib/words.ts";
import type { App } from "../app.ts";
import { button, link } from "../bits.ts";
import { h } from "../dom.ts";
import type { Page } from "../frame.ts";

export function leave(app: App): Page {
  const n = app.unsent.length + app.drafts.length;
  const out = button(say("leaveDo"), async (event) => {
    (event.currentTarget as HTMLButtonElement).disabled = true;
    await app.leave();
    location.assign("/field/app/");
  }, "btn-grave");
  return {
    title: say("leave"), back: "", thumb: [out],
    body: [
      h("p", {}, say("leaveWords")),
      ...(n || app.photosLeft.length ? [h("div", { class: "note note-late", role: "alert" }, h("p", {}, say("leaveUnsent", { n, photos: app.photosLeft.length }))), h("p", {}, link(say("toOutbox"), "outbox"))] : []),
    ],
  };
}
