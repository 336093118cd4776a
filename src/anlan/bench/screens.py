"""The screens of `stream`, in a process of its own: so many open lines over loopback, each told of deeds as they come.

Reads one job as a line of JSON from standard input, says `ready` when every line is open, and when its input ends (or its
time is over) writes which screen heard of what, and when: {uid: [[screen, seconds of the machine's monotonic clock]]}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import defaultdict
from contextlib import suppress
from typing import Any

Heard = dict[str, list[tuple[int, float]]]


async def main() -> None:
    job = json.loads(sys.stdin.readline())
    heard: Heard = defaultdict(list)
    cookies = job["cookies"]
    lines = [await _open(job, cookies[n % len(cookies)]) for n in range(job["screens"])]
    readers = [asyncio.create_task(_read(n, reader, heard)) for n, (reader, _writer) in enumerate(lines)]
    print("ready", flush=True)
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(None, sys.stdin.read), job["seconds"])
    for task in readers:
        task.cancel()
    print(json.dumps(heard), flush=True)


async def _open(job: dict[str, Any], cookie: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Raises RuntimeError where the server does not answer with an open line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", job["port"])
    writer.write(f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n".encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), job["seconds"])
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(head.decode(errors="replace")[:200])
    return reader, writer


async def _read(screen: int, reader: asyncio.StreamReader, heard: Heard) -> None:
    while line := await reader.readline():
        if line.startswith(b"data: "):
            at, told = time.monotonic(), json.loads(line[6:])
            if "uid" in told:
                heard[told["uid"]].append((screen, at))


if __name__ == "__main__":
    asyncio.run(main())
