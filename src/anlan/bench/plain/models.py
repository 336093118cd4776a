from django.db import models


class Report(models.Model):
    """What the minimal view keeps: one row and nothing else."""

    uid = models.UUIDField(unique=True)
    what = models.TextField()
    area = models.UUIDField()
    place = models.CharField(max_length=200)
    received_at = models.DateTimeField()

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return self.what
