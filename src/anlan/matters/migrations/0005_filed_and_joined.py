from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("matters", "0004_seen_by_parties")]

    operations = [
        migrations.AddField("matter", "filed_at", models.DateTimeField(null=True, verbose_name="立案时间")),
        migrations.AddField("matter", "unanswered_since", models.DateTimeField(null=True, verbose_name="逾期未答复起")),
        migrations.AddField("matter", "same_as", models.UUIDField(null=True)),
    ]
