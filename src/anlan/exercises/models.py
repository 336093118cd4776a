from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Versioned

FASTEST = 600


class Exercise(Versioned):
    """begins_at: business time of the exercise when it is opened. rows: how many were copied in.

    outgrown: a later version of the product could not take its tables over.
    """

    name = models.CharField(_("演练名称"), max_length=60)
    why = models.CharField(_("为什么开设"), max_length=200)
    begins_at = models.DateTimeField(_("演练从何时开始"))
    speed = models.FloatField(_("时钟快慢（倍）"), default=1.0, validators=[MinValueValidator(1), MaxValueValidator(FASTEST)])
    opener = models.CharField(_("开设人"), max_length=40, editable=False)
    rows = models.PositiveIntegerField(_("复制的记录"), default=0, editable=False)
    ready_at = models.DateTimeField(_("可以登录的时间"), null=True, editable=False)
    ended_at = models.DateTimeField(_("结束时间"), null=True, editable=False)
    outgrown = models.BooleanField(_("因升级结束"), default=False, editable=False)

    class Meta:
        verbose_name = _("演练")

    def __str__(self) -> str:
        return self.name
