from django.db import migrations, models


SHARE_OF_WHAT_RUNS = """
UPDATE kernel_clock SET share = extract(epoch FROM remind_at - started_at) / extract(epoch FROM due_at - started_at)
WHERE stopped_at IS NULL AND remind_at < '9999-01-01' AND due_at < '9999-01-01' AND due_at > started_at"""


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='clock',
            name='share',
            field=models.FloatField(db_default=0.0, default=0.0),
        ),
        migrations.RunSQL(SHARE_OF_WHAT_RUNS, migrations.RunSQL.noop),
    ]
