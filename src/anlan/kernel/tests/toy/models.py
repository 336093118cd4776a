from django.db import models

from anlan.kernel.models import Area, Case, Versioned


class Leak(Case):
    personal = frozenset({"phone"})

    place = models.CharField("地点", max_length=60)
    phone = models.CharField("电话", max_length=20, default="", blank=True)
    grade = models.CharField(max_length=8, default="general")
    fixer_id = models.BigIntegerField(null=True)
    owner_party = models.BigIntegerField(null=True)
    notes = models.JSONField(default=list)
    parent = models.ForeignKey("self", models.PROTECT, null=True)
    job = models.ForeignKey("Job", models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=40, default="")


class Crew(Versioned):
    is_party = True

    name = models.CharField(max_length=40)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")


class Job(Case):
    leak = models.ForeignKey(Leak, models.PROTECT, related_name="jobs")
    what = models.CharField(max_length=40, default="")
