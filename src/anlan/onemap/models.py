"""Counts of the map, and what people draw on it. The counts are rebuildable; the drawings are cases like any other."""

from django.db import models
from django.db.models import Index, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Case


class TileDelta(models.Model):
    """A thing came to a place (n = 1) or left it (n = −1); the last row of a case says where the counts hold it.

    code: tile key; grid: the area it stood in; family and level: of its state and its cell.
    """

    id = models.BigAutoField(primary_key=True)
    entry_id = models.BigIntegerField()
    layer = models.CharField(max_length=40)
    case_id = models.BigIntegerField()
    code = models.BigIntegerField()
    grid = models.BigIntegerField()
    family = models.CharField(max_length=24)
    level = models.CharField(max_length=16)
    n = models.SmallIntegerField()

    class Meta:
        indexes = [Index(fields=["layer", "case_id", "-id"], name="tile_delta_last")]


class Tile(models.Model):
    """How many stand in a cell of a zoom, per grid, family of state and level; sx, sy: sums of their 28-bit x and y."""

    id = models.BigAutoField(primary_key=True)
    layer = models.CharField(max_length=40)
    z = models.SmallIntegerField()
    cell = models.BigIntegerField()
    grid = models.BigIntegerField()
    family = models.CharField(max_length=24)
    level = models.CharField(max_length=16)
    n = models.BigIntegerField()
    sx = models.BigIntegerField()
    sy = models.BigIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["layer", "z", "cell", "grid", "family", "level"], name="tile_cell",
                                        include=["n", "sx", "sy"])]


class SketchSort(models.TextChoices):
    POINT = "point", _("点")
    LINE = "line", _("线")
    AREA = "area", _("面")


class Sketch(Case):
    """Something drawn on the map; geometry: GeoJSON in WGS-84. post_id: whose it is; shared: the whole ground sees it."""

    name = models.CharField(_("名称"), max_length=80)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    sort = models.CharField(_("类别"), max_length=6, choices=SketchSort.choices)
    geometry = models.JSONField(_("形状"))
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    tile_key = models.BigIntegerField(db_index=True, editable=False)
    post_id = models.BigIntegerField(_("岗位"), null=True, db_index=True)
    shared = models.BooleanField(_("共享"), default=False)
    drawn_on = models.DateField(_("标绘日期"))

    class Meta:
        verbose_name = _("标绘")
        indexes = [Index(fields=["area", "state", "id"], name="sketch_area")]

    def __str__(self) -> str:
        return self.name
