import { beforeEach, expect, test, vi } from "vitest";
import { onDuty, share, tellsPlace } from "../field/place.ts";

const stop = (state: string) => ({ uid: "v", turn: 1, unit: "u", state, result: "" });
const posted: [string, unknown][] = [];

function app(state = "planned", since: string | null = "2021-06-01T00:00:00Z", standing = "") {
  const pack = { rounds: [{ uid: "r", name: "", day: "2021-06-01", visits: [stop(state)] }], place: { since, every_s: 120, minutes: 30 } };
  const line = { post: vi.fn(async (path: string, body: unknown) => {
    posted.push([path, body]);
    return { status: 200, body: { anlan: 1, place: { since: null, every_s: 120, minutes: 30 } } };
  }) };
  return { pack, day: "2021-06-01", standing, line, keepPlaceRules: vi.fn(async () => undefined) } as never;
}

beforeEach(() => {
  posted.length = 0;
});

test("the place is told on duty, with consent and a network, and never otherwise", () => {
  expect([app(), app("done"), app("planned", null), app("planned", "x", "offline"), app("planned", "x", "sign-in")].map((one) => tellsPlace(one))).toEqual([true, false, false, false, false]);
  expect([onDuty(app()), onDuty(app("missed"))]).toEqual([true, false]);
});

test("switched off, Anlan is told so, and no place is told with it", async () => {
  const one = app();
  await share(one, false);
  expect(posted).toEqual([["place/sharing", { on: false }]]);
  expect((one as { keepPlaceRules: ReturnType<typeof vi.fn> }).keepPlaceRules).toHaveBeenCalledWith({ since: null, every_s: 120, minutes: 30 });
});
