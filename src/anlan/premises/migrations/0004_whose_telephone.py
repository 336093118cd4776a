from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("premises", "0003_file_changes_and_safety_book")]

    operations = [
        migrations.AddIndex("premises", models.Index(fields=[f"{who}_phone"], name=f"premises_{who}_phone", condition=~Q(**{f"{who}_phone": ""})))
        for who in ("legal", "operator", "safety")
    ]
