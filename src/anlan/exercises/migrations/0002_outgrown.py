from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exercises", "0001_initial")]

    operations = [
        migrations.AddField("exercise", "outgrown", models.BooleanField(default=False, editable=False, verbose_name="因升级结束")),
    ]
