import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_readiness")]

    operations = [
        migrations.CreateModel(
            name="PlanMember",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(editable=False, unique=True, verbose_name="标识")),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                ("state", models.CharField(editable=False, max_length=24, verbose_name="状态")),
                ("opened_at", models.DateTimeField(editable=False, verbose_name="建立时间")),
                ("changed_at", models.DateTimeField(editable=False, verbose_name="最近变动")),
                ("marked_at", models.DateTimeField(editable=False, null=True)),
                ("alarm", models.CharField(blank=True, default="", editable=False, max_length=60, verbose_name="无人处理")),
                ("seat", models.CharField(choices=[("head", "指挥长单位"), ("deputy", "副指挥长单位"), ("member", "成员单位")],
                                          default="member", max_length=8, verbose_name="席位")),
                ("duty", models.CharField(blank=True, default="", max_length=200, verbose_name="职责")),
                ("area", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.area", verbose_name="区域")),
                ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+",
                                                   to="people.organisation", verbose_name="机构")),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="members",
                                           to="incidents.contingencyplan", verbose_name="应急预案")),
            ],
            options={"verbose_name": "指挥机构成员"},
        ),
    ]
