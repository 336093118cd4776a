// htmx with the token, the progress line, plain questions and faults in words. Its settings stand in skeleton.html.
import htmx from "htmx.org";
import { ask } from "./ask.ts";
import { leadBack, markOpen } from "./lists.ts";
import { begin } from "./progress.ts";
import { toast } from "./toasts.ts";
import { say } from "./words.ts";

type Detail = {
  elt: HTMLElement;
  target?: HTMLElement;
  headers: Record<string, string>;
  verb?: string;
  question?: string;
  xhr: XMLHttpRequest;
  requestConfig?: { elt: HTMLElement };
  issueRequest: (skip: boolean) => void;
};

function on(name: string, act: (detail: Detail, event: Event) => void): void {
  document.addEventListener(name, (event) => act((event as CustomEvent<Detail>).detail, event));
}

export function token(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Where there is no room beside the list, a row opens as a page of its own. */
function paneIsAbsent(detail: Detail): boolean {
  return detail.elt instanceof HTMLAnchorElement && detail.target?.id === "case" && detail.target.offsetParent === null;
}

export function startHtmx(): void {
  const done = new WeakMap<XMLHttpRequest, () => void>();
  on("htmx:configRequest", (detail) => {
    if (detail.verb && detail.verb !== "get") detail.headers["X-CSRFToken"] = token();
  });
  on("htmx:confirm", (detail, event) => {
    if (!detail.question) return;
    event.preventDefault();
    void ask(detail.question, detail.elt.textContent?.trim()).then((yes) => {
      if (yes) detail.issueRequest(true);
    });
  });
  on("htmx:beforeRequest", (detail, event) => {
    if (paneIsAbsent(detail)) {
      event.preventDefault();
      location.assign((detail.elt as HTMLAnchorElement).href);
      return;
    }
    done.set(detail.xhr, begin());
  });
  on("htmx:afterRequest", (detail) => done.get(detail.xhr)?.());
  on("htmx:afterSwap", (detail) => {
    if (detail.target?.id !== "case" || !detail.requestConfig) return;
    markOpen(detail.requestConfig.elt);
    leadBack(detail.target);
  });
  on("htmx:sendError", () => void toast({ sentence: say("offline"), fault: true }));
  on("htmx:responseError", () => void toast({ sentence: say("refused"), fault: true }));
}

export { htmx };
