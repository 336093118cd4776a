"""The plain way of `stream`: one process, one LISTEN connection, what is notified goes to every open line unread.

Nobody is asked who may see it, nothing is sealed, and who was away is told nothing of what it missed.
"""

from __future__ import annotations

import asyncio
import sys

import psycopg

CHANNEL = "bench"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n"


async def serve(port: int, database: str) -> None:
    lines: set[asyncio.StreamWriter] = set()

    async def opened(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:  # somebody only looked whether it is up
            return writer.close()
        writer.write(HEAD)
        lines.add(writer)
        await reader.read()
        lines.discard(writer)

    connection = await psycopg.AsyncConnection.connect(database, autocommit=True)
    await connection.execute(f"LISTEN {CHANNEL}")
    async with await asyncio.start_server(opened, "127.0.0.1", port, backlog=512):
        async for told in connection.notifies():
            event = f'event: news\ndata: {{"uid":"{told.payload}"}}\n\n'.encode()
            for writer in tuple(lines):
                writer.write(event)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
