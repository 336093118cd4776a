from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("calls", "0002_duty_posts")]

    operations = [
        migrations.AddField("call", "merged_into", models.UUIDField(null=True)),
        migrations.AddField("call", "merged_at", models.DateTimeField(null=True, verbose_name="并入时间")),
        migrations.AddField("call", "in_time", models.BooleanField(null=True, verbose_name="按时办结")),
        migrations.AddField("attendance", "came_with", models.UUIDField(null=True)),
        migrations.AddIndex("call", models.Index(fields=["merged_into"], name="call_merged",
                                                 condition=models.Q(merged_into__isnull=False))),
    ]
