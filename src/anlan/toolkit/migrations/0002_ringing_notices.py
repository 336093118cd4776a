from django.db import migrations, models


class Migration(migrations.Migration):
    """What was told before is nobody's news outside the house: it counts as weighed."""

    dependencies = [("toolkit", "0001_initial")]
    operations = [
        migrations.AddField("notice", "rings", models.BooleanField(default=False)),
        migrations.AddField("notice", "hushed_at", models.DateTimeField(null=True)),
        migrations.AddField("notice", "about", models.CharField(max_length=24, default="", blank=True)),
        migrations.AddField("notice", "case_id", models.BigIntegerField(null=True)),
        migrations.AddField("notice", "verb", models.CharField(max_length=40, default="", blank=True)),
        migrations.AddField("notice", "title", models.CharField(max_length=120, default="", blank=True)),
        migrations.AddField("notice", "weighed", models.BooleanField(default=True)),
        migrations.AlterField("notice", "weighed", models.BooleanField(default=False)),
        migrations.AddIndex("notice", models.Index(fields=["id"], name="notice_unweighed", condition=models.Q(("weighed", False)))),
        migrations.AddIndex("notice", models.Index(
            fields=["about", "case_id"], name="notice_ringing",
            condition=models.Q(("hushed_at", None), ("rings", True)))),
    ]
