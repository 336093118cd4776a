// One line to the server: news of cases, the bell, the end of the session. A page drawn at a sealed number is told all that
// is sealed after it. A hidden page gives its line up, except the one of them that keeps listening for what rings.

/** opens: the deed began the case. */
export type CaseNews = { kind: string; uid: string; verb: string; mine: boolean; own: boolean; opens: boolean };
export type Fresh = { kind: string; n: number };
export type Sealed = { kind: string; uid: string };
export type Ring = { key: string; text: string; url: string; heard: string };
export type Bell = { count: number; rings: Ring[] };
export type End = { why: "session" | "post" };
type Told = { "anlan:news": CaseNews; "anlan:bell": Bell; "anlan:missed": object; "anlan:end": End;
  "anlan:new": Fresh; "anlan:sealed": Partial<Sealed> };

const AGAIN = 15_000;
const LONGEST = 300_000;

let line: EventSource | undefined;
let cursor = "";
let newest = 0; // of the deeds told: a line that comes back may tell one again
let faults = 0;
let again: ReturnType<typeof setTimeout> | undefined;
let ended = false;
let giveUp: (() => void) | undefined;

function tell<K extends keyof Told>(name: K, detail: Told[K]): void {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

export function hear<K extends keyof Told>(name: K, act: (told: Told[K]) => void, signal?: AbortSignal): void {
  document.addEventListener(name, (event) => act((event as CustomEvent<Told[K]>).detail), { signal });
}

/** For those who show cases, what was sealed; for those who count, also that a case is new. */
function tellNews(news: CaseNews): void {
  tell("anlan:news", news);
  if (news.opens) tell("anlan:new", { kind: news.kind, n: 1 });
  tell("anlan:sealed", { kind: news.kind, uid: news.uid });
}

function on<T>(source: EventSource, name: string, act: (told: T, no: number) => void): void {
  source.addEventListener(name, (event) => {
    const message = event as MessageEvent<string>;
    if (Number(message.lastEventId) > Number(cursor)) cursor = message.lastEventId;
    faults = 0;
    act(JSON.parse(message.data) as T, Number(message.lastEventId));
  });
}

export function open(): void {
  if (line || ended) return;
  clearTimeout(again);
  line = new EventSource(`/events?after=${cursor}`);
  on<CaseNews>(line, "news", (news, no) => {
    if (no && no <= newest) return;
    newest = no || newest;
    tellNews(news);
  });
  on<Bell>(line, "bell", (bell) => tell("anlan:bell", bell));
  on<object>(line, "missed", () => {
    tell("anlan:missed", {});
    tell("anlan:sealed", {}); // of any kind
  });
  on<object>(line, "off", () => {
    ended = true;
    close();
  });
  on<End>(line, "end", (end) => {
    ended = true;
    close();
    tell("anlan:end", end);
  });
  line.addEventListener("error", () => {
    if (line?.readyState !== EventSource.CLOSED) return; // the browser comes back by itself, with the last id
    close();
    again = setTimeout(open, Math.min(AGAIN * 2 ** faults++, LONGEST));
  });
}

export function close(): void {
  line?.close();
  line = undefined;
}

/** Hidden pages share one line: whoever holds the lock keeps listening. Without locks (plain http) each keeps its own. */
function hide(): void {
  if (!navigator.locks) return;
  close();
  const waits = new AbortController();
  let release: (() => void) | undefined;
  giveUp = () => {
    waits.abort();
    release?.();
  };
  navigator.locks.request("anlan-stream", { signal: waits.signal }, () => {
    open();
    return new Promise<void>((done) => {
      release = done;
    });
  }).catch(() => undefined);
}

function show(): void {
  giveUp?.();
  giveUp = undefined;
  open();
}

export function startStream(): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="stream"]');
  if (!meta || typeof EventSource === "undefined") return;
  cursor = meta.content;
  newest = Number(cursor) || 0;
  document.addEventListener("visibilitychange", () => (document.hidden ? hide() : show()));
  window.addEventListener("online", () => {
    if (document.hidden && !line) return; // another page of this browser listens
    close(); // the browser would wait some seconds more before it asks again
    open();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) show();
  });
  if (document.hidden) hide();
  else open();
}
