"""The book of a register: where reading it as a whole (export) and filling it from a sheet are journalled."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Versioned


class Book(Versioned):
    """One row a register, opened at its first export or import."""

    slug = models.CharField(_("登记簿"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("登记簿")

    def __str__(self) -> str:
        return self.slug
