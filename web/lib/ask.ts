// A plain question before what cannot be undone; the answer is the deed's own word, not "OK".
import { say } from "./words.ts";

function build(question: string, deed: string): { box: HTMLDialogElement; yes: HTMLButtonElement; no: HTMLButtonElement } {
  const box = document.createElement("dialog");
  box.className = "dialog";
  const words = document.createElement("p");
  words.className = "dialog-body";
  words.id = "question";
  words.textContent = question;
  box.setAttribute("aria-labelledby", words.id);
  const foot = document.createElement("div");
  foot.className = "dialog-foot";
  const [no, yes] = [say("cancel"), deed].map((label, place) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = place ? "btn btn-grave" : "btn";
    made.textContent = label;
    return made;
  }) as [HTMLButtonElement, HTMLButtonElement];
  foot.append(no, yes);
  box.append(words, foot);
  return { box, yes, no };
}

/** Asks, and resolves to whether the person went on. Escape and the other button mean no. */
export function ask(question: string, deed: string = say("confirm")): Promise<boolean> {
  const { box, yes, no } = build(question, deed);
  document.body.append(box);
  return new Promise((resolve) => {
    const answer = (goOn: boolean) => {
      box.remove();
      resolve(goOn);
    };
    yes.addEventListener("click", () => answer(true));
    no.addEventListener("click", () => answer(false));
    box.addEventListener("cancel", () => answer(false));
    box.showModal();
    no.focus();
  });
}
