// The network: the requests of the app, each with the header that no foreign page can send.
import type { Answer, Wire } from "./queue.ts";

const PATIENCE = 30_000;

export type Fetched = Answer & { tag: string };

export class Line implements Wire {
  constructor(private readonly device: () => string) {}

  /** Raises where no answer came. body: undefined where the answer is no JSON. */
  async ask(path: string, init: RequestInit = {}): Promise<Fetched> {
    const headers: Record<string, string> = {
      Accept: "application/json", "X-Anlan-Field": "1", "X-Anlan-Device": this.device(), ...(init.headers as Record<string, string>),
    };
    const answer = await fetch(`/field/${path}`, { cache: "no-store", credentials: "same-origin", redirect: "manual", ...init, headers, signal: AbortSignal.timeout(PATIENCE) });
    let body: unknown;
    try {
      body = await answer.json();
    } catch {
      body = undefined;
    }
    return { status: answer.status, body, tag: answer.headers.get("ETag") ?? "" };
  }

  post(path: string, body: unknown): Promise<Fetched> {
    return this.ask(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  }

  sync = (sentAt: string, envelopes: unknown[]): Promise<Answer> => this.post("sync", { sent_at: sentAt, envelopes });

  standing = (sha: string): Promise<Answer> => this.ask(`photos/${sha}`);

  piece = (sha: string, offset: number, size: number, bytes: Uint8Array): Promise<Answer> =>
    this.ask(`photos/${sha}?offset=${offset}&size=${size}`, {
      method: "PUT", body: bytes as Uint8Array<ArrayBuffer>, headers: { "Content-Type": "application/octet-stream" },
    });
}
