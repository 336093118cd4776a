from django.db import models
from django.db.models import Index, UniqueConstraint
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """A message for a party (a post or an organisation) or for one person. key: the same deed tells it once.

    about, case_id, verb: the case it is about and the move that told it, where there is one. title: what may be said
    of it outside the house, without a word that anybody typed. urgent: shown first; rings: until each reader has
    acknowledged it, or hushed_at, when somebody signed for the matter. weighed: it is settled to whom outside it goes.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True)
    party_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    text = models.CharField(_("内容"), max_length=400)
    url = models.CharField(max_length=200, blank=True)
    urgent = models.BooleanField(_("紧急"), default=False)
    rings = models.BooleanField(default=False)
    hushed_at = models.DateTimeField(null=True)
    about = models.CharField(max_length=24, default="", blank=True)
    case_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40, default="", blank=True)
    title = models.CharField(max_length=120, default="", blank=True)
    weighed = models.BooleanField(default=False)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("通知")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(party_id__isnull=False) ^ models.Q(person_id__isnull=False),
                name="notice_for_one",
            ),
        ]
        indexes = [
            Index(fields=["party_id", "-at", "-id"], name="notice_party"),
            Index(fields=["person_id", "-at", "-id"], name="notice_person"),
            Index(fields=["id"], name="notice_unweighed", condition=models.Q(weighed=False)),
            Index(fields=["about", "case_id"], name="notice_ringing", condition=models.Q(rings=True, hushed_at=None)),
        ]

    def __str__(self) -> str:
        return self.text


class NoticeRead(models.Model):
    """This person has read it; colleagues of the same post each read for themselves."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="reads")
    person_id = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["person_id", "notice"], name="notice_read_once")]
