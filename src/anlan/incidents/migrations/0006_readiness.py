from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_crews_and_needs")]

    operations = [
        migrations.AddField(
            "incident", "readiness",
            models.CharField(blank=True, choices=[("1", "Ⅰ级战备"), ("2", "Ⅱ级战备"), ("3", "Ⅲ级战备"), ("4", "Ⅳ级战备")], default="",
                             max_length=1, verbose_name="战备等级")),
        migrations.AddField("incident", "law_done", models.JSONField(default=list, verbose_name="已落实的法定措施")),
    ]
