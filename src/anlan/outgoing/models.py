from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Versioned
from anlan.toolkit.sealed import SealedJSON
from anlan.toolkit.search import BigramIndex


class Sort(models.TextChoices):
    MAIL = "mail", _("邮件")
    WECOM = "wecom", _("企业微信群机器人")
    DINGTALK = "dingtalk", _("钉钉群机器人")
    FEISHU = "feishu", _("飞书群机器人")
    SMS = "sms", _("短信")
    HOOK = "hook", _("自建接口")


class Kept(models.Model):
    """What must be known to send, under the uid of its gateway, channel or code: read by the sender alone, shown to nobody.

    fields: None where it was sealed under another key than this home's.
    """

    uid = models.UUIDField(primary_key=True)
    fields = SealedJSON(key="outgoing.key")


class Gateway(Versioned):
    """A way out that the bureau allows, with the account it takes. hint: what may be shown of it."""

    sort = models.CharField(_("途径"), max_length=10, choices=Sort.choices)
    name = models.CharField(_("名称"), max_length=40)
    hint = models.CharField(_("账号"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("外发网关")

    def __str__(self) -> str:
        return self.name


class Channel(Versioned):
    """An address of one person, or of a party (a post or an organisation). hint: what may be shown of it."""

    gateway = models.ForeignKey(Gateway, models.PROTECT, related_name="channels", verbose_name=_("网关"))
    name = models.CharField(_("名称"), max_length=40)
    hint = models.CharField(_("地址"), max_length=80)
    holder = models.CharField(_("归谁"), max_length=140)
    person_id = models.BigIntegerField(null=True)
    party_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("外发渠道")
        indexes = [Index(fields=["person_id"], name="channel_person"), Index(fields=["party_id"], name="channel_party")]
        constraints = [CheckConstraint(condition=Q(person_id__isnull=False) ^ Q(party_id__isnull=False), name="channel_of_one")]

    def __str__(self) -> str:
        return f"{self.name} {self.hint}"


class Quiet(models.TextChoices):
    USUAL = "usual", _("按本单位的规定")
    OWN = "own", _("自己定")
    NEVER = "never", _("不设")


class Wishes(Versioned):
    """stays: the kinds of notices that stay in Anlan. Without a row everything goes out, in the usual hours."""

    person_id = models.BigIntegerField(unique=True)
    stays = ArrayField(models.CharField(max_length=24), default=list, verbose_name=_("只在安澜里看"))
    quiet = models.CharField(_("免打扰"), max_length=5, choices=Quiet.choices, default=Quiet.USUAL)
    quiet_from = models.TimeField(_("免打扰从"), null=True)
    quiet_until = models.TimeField(_("免打扰到"), null=True)

    class Meta:
        verbose_name = _("通知设置")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class MessageSort(models.TextChoices):
    SINGLE = "single", _("单条")
    DIGEST = "digest", _("汇总")
    TRIAL = "trial", _("测试")
    CODE = "code", _("登录验证码")


class Message(Versioned):
    """One notice by one channel, a digest of several, or a trial. ready_at: when it may leave, by the district's clock.

    notice: the key of the notice; digest: the uid of the digest it went with; rings: it passes quiet hours, alone.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="messages", verbose_name=_("渠道"))
    sort = models.CharField(_("形式"), max_length=6, choices=MessageSort.choices)
    way = models.CharField(_("途径"), max_length=10, choices=Sort.choices)
    to_name = models.CharField(_("发给"), max_length=140)
    person_id = models.BigIntegerField(null=True)
    party_id = models.BigIntegerField(null=True)
    notice = models.UUIDField(null=True)
    digest = models.UUIDField(null=True)
    rings = models.BooleanField(_("一级"), default=False)
    text = models.TextField(_("内容"))
    url = models.CharField(max_length=200)
    at = models.DateTimeField(_("时间"))
    ready_at = models.DateTimeField()
    ended_at = models.DateTimeField(_("发出或结束时间"), null=True)
    why = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("发出的消息")
        constraints = [UniqueConstraint(fields=["notice", "channel"], name="message_once")]
        indexes = [
            Index(fields=["at", "id"], name="message_at"),
            Index(fields=["person_id", "at", "id"], name="message_person"),
            Index(fields=["party_id", "at", "id"], name="message_party"),
            Index(fields=["channel", "id"], name="message_waiting", condition=Q(state__in=("waiting", "held"))),
            Index(fields=["id"], name="message_under_way", condition=Q(state__in=("queued", "failed"))),
            Index(fields=["digest"], name="message_digest", condition=Q(digest__isnull=False)),
            BigramIndex("text", "to_name", name="message_search"),
        ]

    def __str__(self) -> str:
        return self.text.splitlines()[0] if self.text else ""


class Attempt(models.Model):
    """One try at sending. Instants are real time; ended_at None: it has not been heard of since it began."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, models.CASCADE, related_name="attempts")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [CheckConstraint(condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="attempt_ordered")]
