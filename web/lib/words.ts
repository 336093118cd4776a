// Sentences come from the server's catalogue (toolkit/ui/script_words.py), so that all languages live in one place.

let table: Record<string, string> | undefined;

function read(): Record<string, string> {
  const source = document.getElementById("script-words");
  return source?.textContent ? (JSON.parse(source.textContent) as Record<string, string>) : {};
}

/** The sentence under `key` with %(name)s filled in; the key itself if the page does not carry it. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  table ??= read();
  return fill(table[key] ?? key, values);
}

export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/%\((\w+)\)s/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Reads the words again; for tests and for pages swapped whole. */
export function forgetWords(): void {
  table = undefined;
}
