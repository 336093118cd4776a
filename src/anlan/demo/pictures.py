"""Photos of the demonstration: plain drawings that say 示意图, taken in like any photo, so that pages show real images."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files

from PIL import Image, ImageDraw

from anlan.kernel.actors import SYSTEM
from anlan.kernel.refusals import Refusal
from anlan.toolkit.attachments.keeping import keep

from .chance import Chance
from .deeds import NotBuilt

SIZE = (640, 480)
WALL, FLOOR, INK, STEEL, WOOD = "#e8e2d6", "#b9b3a6", "#3b3f46", "#9aa4ad", "#b98a5a"
RED, GREEN, AMBER, BLUE, GLASS = "#c8402f", "#3c8c5a", "#d99a2b", "#3f6fa8", "#a9c7dc"
SIGNATURES, PLATES = 6, 3
Draw = ImageDraw.ImageDraw
Scene = Callable[[Draw, bool], None]
SCENES: dict[str, Scene] = {}


@dataclass(frozen=True)
class Album:
    """Hashes by which deeds name the pictures."""

    before: dict[str, str]
    after: dict[str, str]
    signatures: tuple[str, ...]
    plates: tuple[str, ...]
    visit: str
    scan: str


def take_in_all(at: datetime) -> Album:
    """Draw every picture and put it into the store of files."""
    return album(lambda data, name: _keep(data, name, at))


@cache
def imagined() -> Album:
    """The same pictures, by their hashes only."""
    return album(lambda data, _name: sha256(data).hexdigest())


def album(keep_one: Callable[[bytes, str], str]) -> Album:
    return Album(
        before={name: keep_one(scene(name, mended=False), f"{name}-before") for name in SCENES},
        after={name: keep_one(scene(name, mended=True), f"{name}-after") for name in SCENES},
        signatures=tuple(keep_one(signature(n), f"signature-{n}") for n in range(SIGNATURES)),
        plates=tuple(keep_one(plate(n), f"plate-{n}") for n in range(PLATES)),
        visit=keep_one(plate(PLATES, "现场"), "visit"), scan=keep_one(scan(), "entrustment"))


def _keep(data: bytes, name: str, at: datetime) -> str:
    file = keep(data, f"{name}.jpg", actor=SYSTEM, at=at)
    if isinstance(file, Refusal):
        raise NotBuilt(f"{name}: {file}")
    return str(file.sha256)


@cache
def scene(name: str, *, mended: bool) -> bytes:
    """A hazard's scene, before or after it was put right."""
    image, draw = _room()
    SCENES[name](draw, mended)
    return _finished(image, "整改后" if mended else "整改前")


@cache
def plate(n: int, caption: str = "门头") -> bytes:
    """A shop front."""
    image, draw = _room()
    colour = (BLUE, GREEN, RED, AMBER)[n]
    draw.rectangle((60, 150, 580, 380), fill=GLASS, outline=INK, width=4)
    draw.rectangle((280, 190, 370, 380), fill=STEEL, outline=INK, width=4)
    draw.rectangle((40, 80, 600, 150), fill=colour, outline=INK, width=4)
    for x in range(90, 540, 90):
        draw.rectangle((x, 100, x + 50, 130), fill="#ffffff")
    return _finished(image, caption)


@cache
def signature(n: int) -> bytes:
    """A stroke that is nobody's name."""
    dice, image = Chance("signature", n), Image.new("RGB", (480, 200), "#ffffff")
    draw = ImageDraw.Draw(image)
    for start in (60, 180, 300):
        tall, wide = dice.uniform(20, 55), dice.uniform(60, 110)
        turns, slant = dice.uniform(4, 8), dice.uniform(-30, 30)
        points = [(start + wide * t / 60, 100 + slant * t / 60 + tall * math.sin(turns * t / 60 * math.pi))
                  for t in range(61)]
        draw.line(points, fill=INK, width=5, joint="curve")
    return _finished(image, "签字")


@cache
def scan() -> bytes:
    """A page that stands for the signed entrustment."""
    image = Image.new("RGB", (480, 640), "#fdfcf8")
    draw = ImageDraw.Draw(image)
    draw.line((60, 120, 420, 120), fill=RED, width=4)
    for y in range(170, 520, 32):
        draw.line((60, y, 420 if y % 96 else 300, y), fill=STEEL, width=3)
    draw.ellipse((300, 480, 410, 590), outline=RED, width=6)
    return _finished(image, "委托书")


def _room() -> tuple[Image.Image, Draw]:
    image = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 360, 640, 480), fill=FLOOR)
    return image, draw


def _finished(image: Image.Image, caption: str) -> bytes:
    """With 示意图 above and a caption below, so that no one takes it for a photo of a real place."""
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 120, 44), fill="#ffffff")
    draw.bitmap((4, -2), lettering("示意图"), fill=RED)
    draw.rectangle((0, image.height - 44, 132, image.height), fill="#ffffff")
    draw.bitmap((4, image.height - 46), lettering(caption), fill=INK)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


@cache
def lettering(text: str) -> Image.Image:
    """A word as a mask, from data/lettering.json: no font is needed where the demonstration is built."""
    kept = json.loads((files(__package__) / "data" / "lettering.json").read_text(encoding="utf-8"))[text]
    mask = Image.new("1", (kept["width"], len(kept["rows"])))
    mask.putdata([int(bit) for row in kept["rows"] for bit in f"{int(row, 16):0{kept['width']}b}"])
    return mask


def _draws(name: str) -> Callable[[Scene], Scene]:
    def add(scene: Scene) -> Scene:
        SCENES[name] = scene
        return scene

    return add


@_draws("gas")
def _gas(draw: Draw, mended: bool) -> None:
    draw.rectangle((260, 210, 580, 360), fill=STEEL, outline=INK, width=4)
    for x in (320, 440):
        draw.ellipse((x, 190, x + 90, 225), fill=INK)
    draw.rounded_rectangle((90, 220, 190, 370), 40, fill="#c9ccd1", outline=INK, width=4)
    draw.rectangle((125, 200, 155, 222), fill=INK)
    draw.arc((130, 120, 330, 320), 180, 330, fill=GREEN if mended else RED, width=12)
    if not mended:
        for x, y in ((172, 152), (228, 124), (290, 150)):
            draw.line((x, y, x + 14, y + 18), fill=INK, width=4)


@_draws("exit")
def _exit(draw: Draw, mended: bool) -> None:
    draw.polygon(((120, 480), (260, 130), (380, 130), (520, 480)), fill="#d3cdbf")
    draw.rectangle((270, 150, 370, 350), fill=WOOD, outline=INK, width=4)
    draw.rectangle((275, 105, 365, 135), fill=GREEN if mended else "#6e7b73")
    if not mended:
        for box in ((200, 300, 290, 380), (300, 320, 400, 420), (380, 280, 450, 370)):
            draw.rectangle(box, fill=AMBER, outline=INK, width=4)


@_draws("wire")
def _wire(draw: Draw, mended: bool) -> None:
    draw.rectangle((420, 150, 540, 320), fill=STEEL, outline=INK, width=4)
    if mended:
        draw.line((100, 180, 420, 180), fill="#f4f4f4", width=16)
        draw.line((100, 180, 100, 340), fill="#f4f4f4", width=16)
    else:
        for n, colour in enumerate((RED, BLUE, INK, AMBER)):
            draw.arc((60 + 40 * n, 120 + 15 * n, 460, 380), 160, 345, fill=colour, width=6)
    draw.rectangle((70, 320, 130, 370), fill="#ffffff", outline=INK, width=4)


@_draws("extinguisher")
def _extinguisher(draw: Draw, mended: bool) -> None:
    draw.rectangle((230, 120, 420, 380), outline=INK, width=5)
    if mended:
        for x in (250, 340):
            draw.rounded_rectangle((x, 200, x + 60, 370), 24, fill=RED, outline=INK, width=4)
            draw.rectangle((x + 20, 165, x + 40, 200), fill=INK)
            draw.ellipse((x + 36, 172, x + 58, 194), fill=GREEN)
    else:
        draw.line((230, 120, 420, 380), fill=STEEL, width=5)
        draw.rounded_rectangle((480, 330, 600, 390), 24, fill="#8d5a52", outline=INK, width=4)


@_draws("grease")
def _grease(draw: Draw, mended: bool) -> None:
    draw.polygon(((140, 100), (500, 100), (570, 230), (70, 230)), fill="#cfd6da", outline=INK, width=4)
    draw.rectangle((280, 20, 360, 100), fill="#cfd6da", outline=INK, width=4)
    if not mended:
        dice = Chance("grease")
        for _n in range(60):
            x, y, r = dice.randint(90, 550), dice.randint(110, 225), dice.randint(4, 16)
            draw.ellipse((x, y, x + r, y + 2 * r), fill="#6b4a22")
    draw.rectangle((120, 300, 520, 360), fill=STEEL, outline=INK, width=4)


@_draws("stack")
def _stack(draw: Draw, mended: bool) -> None:
    draw.rectangle((480, 160, 580, 330), fill=RED, outline=INK, width=4)
    draw.rectangle((505, 200, 555, 290), fill=GLASS, outline=INK, width=3)
    boxes = ((60, 280), (150, 280), (60, 200)) if mended else ((380, 290), (460, 270), (540, 300), (430, 200), (520, 190))
    for x, y in boxes:
        draw.rectangle((x, y, x + 90, y + 80), fill=WOOD, outline=INK, width=4)


@_draws("bike")
def _bike(draw: Draw, mended: bool) -> None:
    draw.rectangle((60, 100, 220, 360), fill=WOOD, outline=INK, width=4)
    if mended:
        draw.rectangle((400, 180, 560, 250), fill="#ffffff", outline=RED, width=6)
        draw.line((410, 240, 550, 190), fill=RED, width=8)
        return
    for x in (300, 480):
        draw.ellipse((x, 310, x + 100, 410), outline=INK, width=10)
    draw.line(((350, 360), (420, 270), (530, 360), (500, 250), (540, 240)), fill=BLUE, width=12)
    draw.line(((430, 270), (600, 220), (600, 120)), fill=RED, width=5)


@_draws("sign")
def _sign(draw: Draw, mended: bool) -> None:
    draw.rectangle((80, 190, 560, 380), fill=GLASS, outline=INK, width=4)
    board = ((70, 90), (570, 90), (570, 170), (70, 170)) if mended else ((70, 90), (560, 130), (548, 215), (58, 170))
    draw.polygon(board, fill=AMBER, outline=INK, width=5)
    if not mended:
        draw.line((560, 100, 560, 150), fill=INK, width=5)


@_draws("wall")
def _wall(draw: Draw, mended: bool) -> None:
    for row in range(5):
        for column in range(6):
            x, y = 80 + 80 * column, 60 + 66 * row
            loose = not mended and (row, column) in ((1, 3), (2, 3))
            box = (x + 14, y + 16, x + 88, y + 78) if loose else (x, y, x + 76, y + 62)
            draw.rectangle(box, fill="#8fb3c9" if loose else GLASS, outline=INK, width=3)
    if mended:
        draw.line((80, 400, 560, 400), fill=AMBER, width=8)
    else:
        draw.line(((340, 140), (360, 170), (346, 200), (372, 240)), fill=INK, width=5)


@_draws("lift")
def _lift(draw: Draw, mended: bool) -> None:
    draw.rectangle((200, 80, 440, 380), fill=STEEL, outline=INK, width=5)
    draw.line((320, 80, 320, 380), fill=INK, width=4)
    draw.rectangle((480, 200, 520, 270), fill="#ffffff", outline=INK, width=3)
    if mended:
        draw.rectangle((90, 130, 170, 230), fill="#ffffff", outline=GREEN, width=6)
        draw.ellipse((490, 212, 510, 232), fill=GREEN)
    else:
        draw.rectangle((90, 130, 170, 230), outline=STEEL, width=3)
        draw.ellipse((490, 212, 510, 232), fill=RED)


@_draws("site")
def _site(draw: Draw, mended: bool) -> None:
    draw.rectangle((0, 300, 420, 340), fill="#9c968b", outline=INK, width=4)
    draw.rectangle((60, 60, 90, 300), fill="#9c968b")
    draw.rectangle((300, 60, 330, 300), fill="#9c968b")
    if mended:
        for y in (220, 260):
            draw.line((0, y, 420, y), fill=AMBER, width=10)
        for x in range(10, 430, 100):
            draw.line((x, 210, x, 300), fill=RED, width=8)
    draw.polygon(((430, 480), (430, 300), (640, 300), (640, 480)), fill="#6f6a60")


@_draws("paper")
def _paper(draw: Draw, mended: bool) -> None:
    draw.rectangle((40, 330, 600, 480), fill=WOOD)
    draw.polygon(((170, 140), (470, 140), (510, 420), (130, 420)), fill="#ffffff", outline=INK, width=4)
    for n, y in enumerate(range(190, 400, 30)):
        draw.line((190 - 5 * n, y, 450 + 5 * n, y), fill=STEEL, width=2)
        if mended:
            draw.line((200 - 5 * n, y - 8, 330 + 14 * n, y - 8), fill=INK, width=4)
