// The phone's own key: made on the phone, kept by the browser, never to be read out.
import { uuid7 } from "./queue.ts";

export type Device = { uid: string; key: string; secret: CryptoKey; known: boolean };

const CURVE = { name: "ECDSA", namedCurve: "P-256" };

export function newId(): string {
  return uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
}

export function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

export async function makeDevice(): Promise<Device> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  return { uid: newId(), key: hex(await crypto.subtle.exportKey("raw", pair.publicKey)), secret: pair.privateKey, known: false };
}

/** r and s, 32 bytes each, in base64. */
export async function sign(secret: CryptoKey, text: string): Promise<string> {
  const mark = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, secret, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(mark)));
}

export async function hashOf(bytes: Uint8Array): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
}
