// A signature drawn with finger, pen or mouse becomes a PNG in a hidden input; typing the name is the other way.
import { mount, type Life } from "./life.ts";
import { say } from "./words.ts";

const LINE = 5;

type Point = { x: number; y: number };

/** Where on the canvas a pointer is, in the canvas's own pixels. */
export function onCanvas(event: { clientX: number; clientY: number }, canvas: HTMLCanvasElement): Point {
  const box = canvas.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) / box.width) * canvas.width,
    y: ((event.clientY - box.top) / box.height) * canvas.height,
  };
}

function stroke(pen: CanvasRenderingContext2D, from: Point, to: Point): void {
  pen.beginPath();
  pen.moveTo(from.x, from.y);
  pen.lineTo(to.x, to.y);
  pen.stroke();
}

function startSignature(root: HTMLElement, life: Life): void {
  const canvas = root.querySelector("canvas");
  const kept = root.querySelector<HTMLInputElement>('input[type="hidden"]');
  const state = root.querySelector("[data-signature-state]");
  const pen = canvas?.getContext("2d");
  if (!canvas || !kept || !pen) return;
  for (const part of root.querySelectorAll<HTMLElement>(".signature-pad, .signature-tools")) part.hidden = false;
  pen.lineWidth = LINE;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = getComputedStyle(canvas).color;
  let last: Point | undefined;
  const tell = () => {
    if (state) state.textContent = kept.value ? say("signed") : say("unsigned");
  };
  const lift = () => {
    if (!last) return;
    last = undefined;
    kept.value = canvas.toDataURL("image/png");
    tell();
  };
  life.on(canvas, "pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = onCanvas(event, canvas);
    stroke(pen, last, last);
  });
  life.on(canvas, "pointermove", (event) => {
    if (!last) return;
    const here = onCanvas(event, canvas);
    stroke(pen, last, here);
    last = here;
  });
  life.on(canvas, "pointerup", lift);
  life.on(canvas, "pointercancel", lift);
  const clear = root.querySelector<HTMLElement>("[data-signature-clear]");
  if (clear) {
    life.on(clear, "click", () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      kept.value = "";
      tell();
    });
  }
  if (kept.value) {
    const drawn = new Image();
    drawn.addEventListener("load", () => pen.drawImage(drawn, 0, 0));
    drawn.src = kept.value;
  }
  tell();
}

export function startSignatures(): void {
  mount("[data-signature]", startSignature);
}
