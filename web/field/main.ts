// The warden's field app: opens without a network, keeps the day, tells it later. docs/explanation/offline.md.
import "../styles/fieldapp.scss";
import { App, giveBack } from "./app.ts";
import { begin } from "./frame.ts";
import { openShelf } from "./shelf.ts";

async function open(): Promise<void> {
  const app = new App(await openShelf());
  await giveBack();
  await app.load();
  begin(app);
  app.start();
  void navigator.storage?.persist?.();
}

if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/field/worker.js", { scope: "/field/", updateViaCache: "none" });
void open();
