from django.db import models
from django.db.models import Index, Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    WAITING = "waiting", _("等待中")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")


class Job(models.Model):
    """Work to be done once. Instants are real time; key is the asker's id for it.

    sentence: why it failed, for whoever asked; error: the same for whoever keeps the system.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True)
    kind = models.CharField(_("种类"), max_length=40)
    payload = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=8, choices=JobState.choices, default=JobState.WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    progress = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True)
    sentence = models.CharField(_("原因"), max_length=400, blank=True)
    error = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    person_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("后台任务")
        indexes = [
            Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="job_waiting"),
            Index(fields=["leased_until"], condition=Q(state="running"), name="job_leased"),
            Index(fields=["ended_at"], condition=Q(state="failed"), name="job_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
