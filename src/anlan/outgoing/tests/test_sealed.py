"""What is needed to send stands in the database as ciphertext, under a key file that the database does not know."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from anlan.kernel.actors import SYSTEM
from anlan.kernel.keyfile import key_path
from anlan.kernel.refusals import Refused
from anlan.outgoing.actions import add_channel, allow_gateway, renew_account
from anlan.outgoing.models import Kept, Message
from anlan.outgoing.sending import Undelivered, letter_of, url_of
from anlan.people.testing import NOON

pytestmark = pytest.mark.django_db
ACCOUNT = {"host": "127.0.0.1", "security": "insecure", "port": 2525, "sender": "anlan@qu.cn", "user": "anlan", "password": "geheim-17"}


@pytest.fixture
def home(settings, tmp_path):
    settings.ANLAN_HOME = tmp_path
    return tmp_path


@pytest.fixture
def another_key(settings, tmp_path):
    def change():
        settings.ANLAN_HOME = tmp_path / "other"

    return change


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(k::text, '|') FROM outgoing_kept k")
        return cursor.fetchone()[0]


def test_the_database_holds_no_password_and_no_address(home, place, mail, channel):
    renew_account(mail, ACCOUNT, actor=SYSTEM, at=NOON)
    held = channel(address="zhaoqiang.private@qu.cn")
    assert [word for word in ("geheim-17", "zhaoqiang", "127.0.0.1", "host") if word in stored()] == []
    assert Kept.objects.get(uid=mail.uid).fields == ACCOUNT
    assert url_of(Message(channel=held)).startswith("mailto://anlan:geheim-17@127.0.0.1:2525")
    assert oct(key_path("outgoing.key").stat().st_mode & 0o777) == "0o600"


def test_under_another_key_nothing_is_sent_and_it_is_said_why(home, place, mail, channel, another_key):
    held = channel()
    another_key()
    with pytest.raises(Undelivered, match=r"outgoing\.key.*重新填写"):
        url_of(Message(channel=held))
    with pytest.raises(Refused, match=r"outgoing\.key"):
        add_channel(mail, "邮箱", {"address": "a@qu.cn"}, holder="赵强", person_id=1, actor=SYSTEM, at=NOON)
    renew_account(mail, ACCOUNT, actor=SYSTEM, at=NOON)
    assert url_of(Message(channel=channel())).startswith("mailto://anlan:geheim-17@")


def test_a_code_under_another_key_is_over(home, place, mail, another_key):
    uid = allow_gateway("mail", "又一个", ACCOUNT, actor=SYSTEM, at=NOON)
    Kept.objects.filter(uid=uid).update(fields={"code": "123456", "minutes": 5})
    message = Message(uid=uid, sort="code")
    assert "123456" in letter_of(message)[1]
    another_key()
    assert letter_of(message)[1] == "【安澜】登录验证码已失效。"


def test_nothing_can_be_looked_for_in_what_is_sealed(place):
    with pytest.raises(FieldError):
        Kept.objects.filter(fields={"phone": "13800000000"}).exists()


@pytest.mark.django_db(transaction=True)
def test_what_an_older_anlan_kept_in_the_open_is_sealed(home):
    try:
        call_command("migrate", "outgoing", "0002", verbosity=0)
        before = MigrationExecutor(connection).loader.project_state(("outgoing", "0002_code_messages")).apps
        before.get_model("outgoing", "Kept").objects.create(uid="0190b0c8-0000-7000-8000-000000000001", fields=ACCOUNT)
    finally:
        call_command("migrate", "outgoing", verbosity=0)
    assert ("geheim-17" in stored(), Kept.objects.get().fields) == (False, ACCOUNT)
