// New things are announced and wait; nothing moves under the reader's eyes.
import { mount, type Life } from "./life.ts";
import { hear, type CaseNews } from "./stream.ts";
import { fill, say } from "./words.ts";

export type News = { kind: string; n?: number };

/** Announces `n` new things of a kind to whatever bar on the page waits for it. */
export function announce(news: News): void {
  document.dispatchEvent(new CustomEvent<News>("anlan:new", { detail: news }));
}

function show(bar: HTMLElement, sentence: string): void {
  const words = bar.querySelector("[data-live-words]");
  if (words) words.textContent = sentence;
  bar.hidden = false;
}

function isShown(uid: string): boolean {
  return document.querySelector(`tr[data-key^="${CSS.escape(uid)}"], tr[data-url*="${CSS.escape(uid)}"]`) !== null;
}

/** A list of what one owes: what comes to it, and what happens to what it shows. Own deeds are no news. */
function startDeskBar(bar: HTMLElement, life: Life): void {
  const fresh = new Set<string>();
  const changed = new Set<string>();
  const tell = () => {
    const sentence = fresh.size
      ? fill(bar.dataset.liveSentence ?? "", { n: fresh.size })
      : say("changed", { n: changed.size });
    show(bar, sentence);
  };
  hear("anlan:news", (news) => {
    if (news.own) return;
    if (isShown(news.uid)) changed.add(news.uid);
    else if (news.mine) fresh.add(news.uid);
    else return;
    tell();
  }, life.signal);
  hear("anlan:missed", () => show(bar, say("muchChanged")), life.signal);
}

/** A page of the whole ground: anything that others do on it. */
function startGroundBar(bar: HTMLElement, life: Life): void {
  const cases = new Set<string>();
  hear("anlan:news", (news) => {
    if (news.own) return;
    cases.add(news.uid);
    show(bar, say("changed", { n: cases.size }));
  }, life.signal);
  hear("anlan:missed", () => show(bar, say("muchChanged")), life.signal);
}

/** A case page: somebody else went on with it. */
function startCaseBar(bar: HTMLElement, life: Life): void {
  hear("anlan:news", (news: CaseNews) => {
    if (news.uid === bar.dataset.liveCase && !news.own) show(bar, say("caseChanged"));
  }, life.signal);
}

function startKindBar(bar: HTMLElement, life: Life): void {
  let waiting = 0;
  const more = (n: number) => {
    waiting += n;
    show(bar, fill(bar.dataset.liveSentence ?? "", { n: waiting }));
  };
  life.on(document, "anlan:new", (event) => {
    const news = (event as CustomEvent<News>).detail;
    if (news.kind === bar.dataset.live) more(news.n ?? 1);
  });
}

/** The session is over, or acts in another post: what stands here is no longer what one would see. */
function startEndBar(): void {
  hear("anlan:end", ({ why }) => {
    const bar = document.createElement("div");
    bar.className = "live-bar";
    bar.setAttribute("role", "status");
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = say(why === "post" ? "postChanged" : "sessionOver");
    bar.append(link);
    document.querySelector("main")?.prepend(bar);
  });
}

export function startLiveBars(): void {
  mount("[data-live='mine']", startDeskBar);
  mount("[data-live='all']", startGroundBar);
  mount("[data-live]:not([data-live='mine'], [data-live='all'])", startKindBar);
  mount("[data-live-case]", startCaseBar);
  startEndBar();
}
