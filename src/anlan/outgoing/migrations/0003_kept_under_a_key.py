from django.db import migrations

from anlan.toolkit.sealed import SealedJSON


def seal(apps, schema_editor):
    for kept in apps.get_model("outgoing", "Kept").objects.iterator():
        kept.sealed = kept.fields
        kept.save(update_fields=["sealed"])


class Migration(migrations.Migration):
    dependencies = [("outgoing", "0002_code_messages")]

    operations = [
        migrations.AddField("kept", "sealed", SealedJSON(key="outgoing.key", default=dict), preserve_default=False),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RemoveField("kept", "fields"),
        migrations.RenameField("kept", "sealed", "fields"),
    ]
