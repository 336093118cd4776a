"""Tokens of other systems: issued once in the clear, kept as a digest, each bound to a post and to named scopes.

Issuing and revoking are moves, so both stand in the journal. Expiry is real time, as with sign-in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel import changes as c
from anlan.kernel.actors import Actor
from anlan.kernel.changes import Ref
from anlan.kernel.door import advance
from anlan.kernel.flows import NEW, Cell, Flow, Move, register
from anlan.kernel.rules import rule

from .models import ApiToken

MARK = "anlan_"
BITS = 256
USED_WITHIN = timedelta(minutes=1)
"""last_used_at is written at most this often."""
LIVE = f'SELECT * FROM "{ApiToken._meta.db_table}" WHERE digest = %s AND state = %s AND expires_at > %s'


class State(models.TextChoices):
    ACTIVE = "active", _("有效")
    REVOKED = "revoked", _("已吊销")


class IssueForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    prefix = forms.CharField(label=_("开头"), max_length=12)
    digest = forms.RegexField(r"\A[0-9a-f]{64}\Z", label=_("摘要"))
    scopes = forms.CharField(label=_("范围"), max_length=2000)
    post_id = forms.IntegerField(label=_("岗位"), min_value=1, max_value=2**62)
    person_id = forms.IntegerField(label=_("责任人"), min_value=1, max_value=2**62, required=False)
    per_minute = forms.IntegerField(label=_("每分钟请求数"), min_value=1, max_value=1_000_000)
    expires_at = forms.DateTimeField(label=_("有效期至"))


class RevokeForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=200)


@rule(_("须由系统管理员办理"))
def keeps_the_system(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> bool:
    return actor.system or actor.is_any("sysadmin")


def issued(case: Any, facts: Any, actor: Actor, when: Any, given: Any) -> Any:
    yield c.Set(name=given.name, prefix=given.prefix, digest=given.digest, scopes=given.scopes.split(" "),
                post_id=given.post_id, person_id=given.person_id, per_minute=given.per_minute,
                expires_at=given.expires_at)


API_TOKEN = register(Flow(
    kind="api_token", label=_("接口令牌"), model=ApiToken, states=State, final=(State.REVOKED,),
    cell=lambda token: Cell(None, 0), link="/desk/tokens/{uid}/",
    moves=(
        Move("issue", _("签发"), NEW, State.ACTIVE, by=keeps_the_system, says=_("{who}签发接口令牌“{name}”"),
             form=IssueForm, does=(issued,), shown=False),
        Move("revoke", _("吊销"), (State.ACTIVE,), State.REVOKED, by=keeps_the_system,
             says=_("{who}吊销接口令牌“{name}”：{reason}"), form=RevokeForm,
             asks=_("吊销后，使用这个令牌的系统立即无法接入。现在吊销？")),
    ),
))


def issue_token(*, name: str, post_id: int, scopes: Sequence[str], expires_at: datetime, actor: Actor, at: datetime,
                person_id: int | None = None, per_minute: int = 600) -> tuple[str, UUID]:
    """The token in the clear, shown this once, and its uid. scopes: such as "matters:write". Raises Refused."""
    text = MARK + secrets.token_urlsafe(BITS // 8)
    uid = UUID(bytes=uuid_utils.uuid7().bytes)
    given = {"name": name, "prefix": text[:10], "digest": digest_of(text), "scopes": " ".join(scopes),
             "post_id": post_id, "person_id": person_id, "per_minute": per_minute, "expires_at": expires_at}
    advance(Ref("api_token", uid), "issue", actor=actor, at=at, given=given)
    return text, uid


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def token_of(text: str, now: datetime) -> ApiToken | None:
    """The live token with this text; notes that it was used. now: real time."""
    token = next(iter(ApiToken.objects.raw(LIVE, [digest_of(text), State.ACTIVE, now])), None)
    if token and (token.last_used_at is None or now - token.last_used_at > USED_WITHIN):
        ApiToken.objects.filter(id=token.id).update(last_used_at=now)
    return token


def allows(scopes: Sequence[str], wanted: str) -> bool:
    """"matters:write" is allowed by itself, by "*:write" and by "*"."""
    return not {wanted, f"*:{wanted.rpartition(':')[2]}", "*"}.isdisjoint(scopes)
