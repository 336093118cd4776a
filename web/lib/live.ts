// New things are announced and wait; nothing moves under the reader's eyes.
import { mount } from "./life.ts";
import { fill } from "./words.ts";

export type News = { kind: string; n?: number };

/** Announces `n` new things of a kind to whatever bar on the page waits for it. */
export function announce(news: News): void {
  document.dispatchEvent(new CustomEvent<News>("anlan:new", { detail: news }));
}

export function startLiveBars(): void {
  mount("[data-live]", (bar, life) => {
    let waiting = 0;
    life.on(document, "anlan:new", (event) => {
      const news = (event as CustomEvent<News>).detail;
      if (news.kind !== bar.dataset.live) return;
      waiting += news.n ?? 1;
      const words = bar.querySelector("[data-live-words]");
      if (words) words.textContent = fill(bar.dataset.liveSentence ?? "", { n: waiting });
      bar.hidden = false;
    });
  });
}
