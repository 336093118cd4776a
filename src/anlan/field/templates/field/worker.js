{% autoescape off %}const VERSION = "field-{{ version }}", FILES = {{ files }}, SHELL = "/field/app/";
const fresh = (address) => new Request(address, { cache: "no-cache" });
self.addEventListener("install", (e) => e.waitUntil(caches.open(VERSION).then((c) => c.addAll(FILES.map(fresh))).then(() => self.skipWaiting())));
self.addEventListener("activate", (e) => e.waitUntil(caches.keys().then((all) => Promise.all(all.filter((k) => k.startsWith("field-") && k !== VERSION).map((k) => caches.delete(k)))).then(() => self.clients.claim())));
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(SHELL)) ?? Response.error(); // no network: any page of the field opens the app
  }
}
self.addEventListener("fetch", (e) => {
  const address = new URL(e.request.url);
  if (e.request.method !== "GET" || address.origin !== location.origin) return; // what is told goes through the outbox
  if (FILES.includes(address.pathname)) e.respondWith(caches.match(address.pathname).then((held) => held ?? fetch(e.request)));
  else if (e.request.mode === "navigate") e.respondWith(page(e.request));
});
{% endautoescape %}
