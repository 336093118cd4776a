from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('resources', '0005_station_meetings'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoadFile',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('content', models.BinaryField()),
            ],
            options={
                'verbose_name': '路网数据',
            },
        ),
        migrations.CreateModel(
            name='RoadNetwork',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uid', models.UUIDField(editable=False, unique=True, verbose_name='标识')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('state', models.CharField(editable=False, max_length=24, verbose_name='状态')),
                ('opened_at', models.DateTimeField(editable=False, verbose_name='建立时间')),
                ('changed_at', models.DateTimeField(editable=False, verbose_name='最近变动')),
                ('marked_at', models.DateTimeField(editable=False, null=True)),
                ('alarm', models.CharField(blank=True, default='', editable=False, max_length=60, verbose_name='无人处理')),
                ('name', models.CharField(max_length=80, verbose_name='路网名称')),
                ('source', models.CharField(max_length=200, verbose_name='来源')),
                ('datum', models.CharField(choices=[('wgs84', 'WGS-84（卫星定位、手机）'), ('cgcs2000', 'CGCS2000（国家大地坐标、天地图）'), ('gcj02', 'GCJ-02（高德、腾讯地图）'), ('bd09', 'BD-09（百度地图）')], max_length=10, verbose_name='原坐标系')),
                ('valid_from', models.DateField(verbose_name='启用日期')),
                ('road_count', models.PositiveIntegerField(verbose_name='道路条数')),
                ('node_count', models.PositiveIntegerField(verbose_name='路口和拐点数')),
                ('km', models.DecimalField(decimal_places=1, max_digits=9, verbose_name='总长（公里）')),
                ('file', models.CharField(max_length=64, verbose_name='数据校验值')),
            ],
            options={
                'verbose_name': '道路网',
                'indexes': [models.Index(fields=['-valid_from', '-id'], name='road_network_newest')],
            },
        ),
        migrations.AddField(
            model_name='rescueteam',
            name='day_only',
            field=models.BooleanField(default=False, verbose_name='只在白天值守'),
        ),
        migrations.AddField(
            model_name='rescuestation',
            name='day_only',
            field=models.BooleanField(default=False, verbose_name='只在白天值守'),
        ),
        migrations.AddField(
            model_name='servicestation',
            name='day_only',
            field=models.BooleanField(default=False, verbose_name='只在白天值守'),
        ),
        migrations.AddField(
            model_name='rescuestation',
            name='firefighters',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='专职消防员'),
        ),
        migrations.AddField(
            model_name='teamcertificate',
            name='expired',
            field=models.BooleanField(default=False, editable=False, verbose_name='已过期'),
        ),
        migrations.AlterField(
            model_name='rescueteam',
            name='skill',
            field=models.CharField(choices=[('fire', '灭火救援'), ('flood', '防汛抢险'), ('water', '水域救援'), ('diving', '潜水'), ('collapse', '建筑坍塌救援'), ('medical', '医疗救护'), ('gas', '燃气抢修'), ('power', '电力抢修'), ('city_works', '市政抢险'), ('traffic', '交通疏导'), ('drone', '无人机侦察'), ('dog', '搜救犬'), ('service', '专业技术服务'), ('general', '综合处置')], max_length=12, verbose_name='专长'),
        ),
    ]
