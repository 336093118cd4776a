"""Opens a HEIC photo in a process of its own: a hurt one may bring the decoder down, never the server."""

from __future__ import annotations

import subprocess
import sys

SECONDS = 20
OPEN = ("import sys, pi_heif; from io import BytesIO; from PIL import Image; pi_heif.register_heif_opener();"
        "photo = Image.open(BytesIO(sys.stdin.buffer.read()));"
        "photo.width * photo.height > 60_000_000 or photo.load()")  # what is too large is refused elsewhere


def survives(data: bytes) -> bool:
    """Whether the decoder reads the photo to its end."""
    try:
        done = subprocess.run([sys.executable, "-c", OPEN], input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
