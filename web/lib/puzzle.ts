// The page's puzzle (portal/puzzle.py): numbers are tried while nothing else is to do, and sending waits for the answer.
import { mount } from "./life.ts";
import { zeroBits } from "./sha256.ts";

/** Milliseconds of work in one go: on a phone four times as slow a tap still waits less than a blink. */
const SLICE = 8;
/** Milliseconds before it begins: the page is drawn first. */
const BEGINS = 300;

/** The first number from `from` on that answers the question, looked for until `until` says stop; else where to go on. */
export function tried(question: string, bits: number, from: number, until: () => boolean): { answer?: string; next: number } {
  for (let n = from; ; n++) {
    if (zeroBits(`${question}.${n}`) >= bits) return { answer: String(n), next: n };
    if (n % 32 === 31 && until()) return { next: n + 1 };
  }
}

export function startPuzzles(): void {
  mount("[data-puzzle]", (asked, life) => {
    const question = asked as HTMLInputElement;
    const form = question.form;
    const solved = form?.elements.namedItem("solved") as HTMLInputElement | null;
    if (!form || !solved) return;
    let waiting: HTMLElement | null | undefined, over = false, next = 0;
    const work = () => {
      if (over) return;
      const end = performance.now() + SLICE;
      const found = tried(question.value, Number(question.dataset.puzzle), next, () => performance.now() > end);
      next = found.next;
      if (found.answer === undefined) return void setTimeout(work);
      solved.value = found.answer;
      if (waiting !== undefined) form.requestSubmit(waiting);
    };
    life.ends(() => (over = true));
    life.on(form, "submit", (event) => {
      if (solved.value) return;
      event.preventDefault();
      waiting = (event as SubmitEvent).submitter;
      waiting?.setAttribute("aria-busy", "true");
    });
    setTimeout(work, BEGINS);
  });
}
