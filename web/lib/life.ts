// What an element starts, it ends: listeners, timers and observers are freed when the element leaves the page.

export type Life = {
  /** Aborts with the element; hand it to fetch. */
  readonly signal: AbortSignal;
  on<K extends keyof HTMLElementEventMap>(
    target: EventTarget, type: K, act: (event: HTMLElementEventMap[K]) => void, options?: AddEventListenerOptions,
  ): void;
  on(target: EventTarget, type: string, act: (event: Event) => void, options?: AddEventListenerOptions): void;
  every(milliseconds: number, act: () => void): void;
  after(milliseconds: number, act: () => void): () => void;
  /** Anything else that must be undone. */
  ends(undo: () => void): void;
};

type Mounted = { selector: string; start: (element: HTMLElement, life: Life) => void };

const starters: Mounted[] = [];
const lives = new Map<Element, { undo: (() => void)[]; started: Set<Mounted> }>();
let watcher: MutationObserver | undefined;

function lifeOf(undo: (() => void)[]): Life {
  const stop = new AbortController();
  undo.push(() => stop.abort());
  return {
    signal: stop.signal,
    on(target: EventTarget, type: string, act: (event: never) => void, options: AddEventListenerOptions = {}) {
      target.addEventListener(type, act as EventListener, { ...options, signal: stop.signal });
    },
    every(milliseconds, act) {
      const timer = setInterval(act, milliseconds);
      undo.push(() => clearInterval(timer));
    },
    after(milliseconds, act) {
      const timer = setTimeout(act, milliseconds);
      const cancel = () => clearTimeout(timer);
      undo.push(cancel);
      return cancel;
    },
    ends(act) {
      undo.push(act);
    },
  };
}

function begin(element: HTMLElement, starter: Mounted): void {
  const record = lives.get(element) ?? { undo: [], started: new Set<Mounted>() };
  if (record.started.has(starter)) return;
  record.started.add(starter);
  lives.set(element, record);
  starter.start(element, lifeOf(record.undo));
}

function beginWithin(root: ParentNode, among: Mounted[] = starters): void {
  for (const starter of among) {
    if (root instanceof HTMLElement && root.matches(starter.selector)) begin(root, starter);
    for (const element of root.querySelectorAll<HTMLElement>(starter.selector)) begin(element, starter);
  }
}

/** Ends the lives of all elements that have left the page. */
export function sweep(): void {
  for (const [element, record] of lives) {
    if (element.isConnected) continue;
    lives.delete(element);
    for (const undo of record.undo) undo();
  }
}

function watch(): void {
  watcher ??= new MutationObserver((changes) => {
    sweep();
    for (const change of changes) {
      for (const node of change.addedNodes) if (node instanceof HTMLElement && node.isConnected) beginWithin(node);
    }
  });
  watcher.observe(document.documentElement, { childList: true, subtree: true });
}

/** Starts `start` on every element that matches, now and whenever one arrives. */
export function mount(selector: string, start: (element: HTMLElement, life: Life) => void): void {
  const starter = { selector, start };
  starters.push(starter);
  watch();
  beginWithin(document, [starter]);
}
