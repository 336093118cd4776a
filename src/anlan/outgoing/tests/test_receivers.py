"""Through Apprise to receivers on this machine: a mail server and a robot's webhook, as they would be met outside."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from anlan.kernel.actors import SYSTEM
from anlan.outgoing.actions import add_channel, allow_gateway
from anlan.outgoing.models import Gateway, Message
from anlan.outgoing.sending import post
from anlan.people.testing import NOON
from anlan.toolkit.jobs import queue
from anlan.toolkit.jobs.models import Job

from .conftest import HOOK, LATER, MAIL

pytestmark = pytest.mark.django_db


class Postman(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a sender needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.letters.append(self._letter())  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return

    def _letter(self) -> Any:
        lines = []
        while (line := self.rfile.readline()).rstrip(b"\r\n") != b".":
            lines.append(line)
        return message_from_bytes(b"".join(lines), policy=policy.default)


class Robot(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.letters.append((self.path, self.headers.get("Authorization"), json.loads(body)))  # type: ignore[attr-defined]
        status = self.server.answers.pop(0) if self.server.answers else 200  # type: ignore[attr-defined]
        self.send_response(status)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def listening(server: Any) -> Iterator[Any]:
    server.letters, server.answers = [], []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def postman():
    with listening(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Postman)) as server:
        yield server


@pytest.fixture
def robot():
    with listening(ThreadingHTTPServer(("127.0.0.1", 0), Robot)) as server:
        yield server


@pytest.fixture(autouse=True)
def sends(settings):
    settings.ANLAN_SENDER, settings.ANLAN_ADDRESS = "apprise", "https://anlan.qu.cn/"


def work(times: int = 1) -> None:
    post(NOON)
    post(LATER)
    for _ in range(times):
        Job.objects.update(due_at=NOON)
        queue.run_one()


def test_a_mail_arrives_with_title_and_link_in_chinese(place, channel, news, postman):
    port = postman.server_address[1]
    gateway = Gateway.objects.get(uid=allow_gateway("mail", "单位邮箱", {**MAIL, "port": port}, actor=SYSTEM, at=NOON))
    channel("street", gateway, address="zhaoqiang@qu.cn")
    key = news("请联系张三13800138000")
    work()
    (letter,) = postman.letters
    text = letter.get_body(("plain",)).get_content()
    assert (letter["To"], "anlan@qu.cn" in letter["From"], letter["Subject"]) == ("zhaoqiang@qu.cn", True, "【安澜】有一条新通知")
    assert f"https://anlan.qu.cn/desk/notices/{key}/" in text
    assert "张三" not in str(letter) + text
    assert Message.objects.get().state == "sent"


def test_a_robot_of_ones_own_gets_json_and_a_refusal_is_tried_again(place, news, robot):
    url = f"http://127.0.0.1:{robot.server_address[1]}/robot/7"
    gateway = Gateway.objects.get(uid=allow_gateway("hook", "政务群", {**HOOK, "url": url, "token": "Bearer k1"}, actor=SYSTEM, at=NOON))
    add_channel(gateway, "街道群", {}, holder="安全办主任", party_id=place.parties["street"], actor=place.actor("emergency"), at=NOON)
    news("一级", rings=True)
    robot.answers = [503]
    work()
    message = Message.objects.get()
    assert (message.state, message.why) == ("failed", "网关没有接受（回应代码503）")
    work()
    message.refresh_from_db()
    assert message.state == "sent"
    paths = [(path, key, told["title"]) for path, key, told in robot.letters]
    assert paths == [("/robot/7", "Bearer k1", "【安澜】【一级】有一条新通知")] * 2


def test_a_short_message_platform_gets_number_and_text_in_its_own_fields(place, channel, news, robot):
    url = f"http://127.0.0.1:{robot.server_address[1]}/sms"
    server = {"url": url, "token": "", "text_field": "content", "phone_field": "mobile"}
    gateway = Gateway.objects.get(uid=allow_gateway("sms", "短信", server, actor=SYSTEM, at=NOON))
    channel("street", gateway, phone="13800138000")
    news()
    work()
    (_path, _key, told), = robot.letters
    assert told["mobile"] == "13800138000"
    assert told["content"].startswith("【安澜】有一条新通知\nhttps://anlan.qu.cn/desk/notices/")


def test_a_gateway_that_cannot_be_reached_is_told_without_its_address(place, channel, news, caplog):
    channel("street", address="geheim@qu.cn")  # nobody listens at the port of conftest's mail gateway
    news()
    work()
    message = Message.objects.get()
    assert (message.state, message.why) == ("failed", "网关没有接受，或连接不上")
    assert "geheim" not in "".join(j.error for j in Job.objects.all())
