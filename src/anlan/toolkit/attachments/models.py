from django.db import models
from django.utils.translation import gettext_lazy as _


class FileState(models.TextChoices):
    KEPT = "kept", _("已收到")
    REFUSED = "refused", _("未接收")


class File(models.Model):
    """What was sent, under the hash of the bytes as sent; kept_sha256 names the cleaned bytes in the store.

    taken_at, lon and lat come from the photo and stay here: the kept bytes no longer have them.
    """

    id = models.BigAutoField(primary_key=True)
    sha256 = models.CharField(max_length=64, unique=True)
    kept_sha256 = models.CharField(max_length=64, blank=True)
    preview_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=FileState.choices)
    reason = models.CharField(_("原因"), max_length=400, blank=True)
    name = models.CharField(_("文件名"), max_length=130)
    mime = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("字节数"))
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    lon = models.FloatField(_("经度"), null=True)
    lat = models.FloatField(_("纬度"), null=True)
    sent_at = models.DateTimeField(_("上传时间"))
    person_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("附件")

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.mime.startswith("image/")
