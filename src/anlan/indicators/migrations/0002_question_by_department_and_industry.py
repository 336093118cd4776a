from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='savedquestion',
            name='department',
            field=models.CharField(blank=True, default='', max_length=40, verbose_name='部门'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='savedquestion',
            name='industry',
            field=models.CharField(blank=True, default='', max_length=10, verbose_name='行业'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='savedquestion',
            name='grouping',
            field=models.CharField(blank=True, choices=[('', '不分组'), ('area', '按下一级区域'), ('month', '按月'), ('department', '按部门'), ('industry', '按行业')], max_length=10, verbose_name='分组'),
        ),
    ]
