// Asking the server from the map; what it refuses comes as sentences.
export class Refused extends Error {}

function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

async function read(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const told = (await answer.json().catch(() => null)) as { error?: { sentences?: string[] } } | null;
  throw new Refused(told?.error?.sentences?.join("") ?? "");
}

export async function getText(url: string, signal: AbortSignal): Promise<string> {
  return (await read(await fetch(url, { signal, headers: { Accept: "text/html,application/json" } }))).text();
}

export async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  return (await read(await fetch(url, { signal, headers: { Accept: "application/json" } }))).json() as Promise<T>;
}

export async function postJson<T>(url: string, body: unknown, signal: AbortSignal): Promise<T> {
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrf() };
  return (await read(await fetch(url, { method: "POST", signal, headers, body: JSON.stringify(body) }))).json() as Promise<T>;
}

export const fill = (sentence: string | undefined, values: Record<string, string | number>) =>
  (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
