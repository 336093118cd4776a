"""Organisations, posts, people and the dated terms that join them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, TextChoices, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from anlan.kernel.models import Area, Calendar, Case, Versioned

from .roles import Role


class Sort(TextChoices):
    """What an organisation is; a unit owner stands outside both trees."""

    DEPARTMENT = "department", _("区级部门")
    STREET_OFFICE = "street_office", _("街道办事处")
    COMMUNITY = "community", _("社区居委会")
    COMMITTEE = "committee", _("专业委员会")
    UNIT_OWNER = "unit_owner", _("单位业主")


class Organisation(Case):
    """Whoever answers as a body. area: the ground it answers for; lead: the department that leads a committee."""

    is_party = True

    code = models.CharField(_("机构代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    sort = models.CharField(_("类别"), max_length=16, choices=Sort.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="below",
                               verbose_name=_("上级机构"))
    lead = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="leads",
                             verbose_name=_("牵头部门"))
    covers = models.CharField(_("职责范围"), max_length=200, default="", blank=True)
    chair = models.CharField(_("负责人"), max_length=60, default="", blank=True)
    phone = models.CharField(_("值班电话"), max_length=30, default="", blank=True)
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("机构")

    def __str__(self) -> str:
        return self.name


def committee_no(code: str) -> int | None:
    """The number that units and place types name a committee by: 13 of committee-13."""
    head, _dash, number = code.rpartition("-")
    return int(number) if head == "committee" and number.isdecimal() else None


class Post(Versioned):
    """岗位: what a person acts in. area None: it answers for no ground (a unit's people, administrators)."""

    is_party = True

    title = models.CharField(_("岗位名称"), max_length=60)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts", verbose_name=_("所在机构"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任区域"))
    roles = ArrayField(models.CharField(max_length=16, choices=Role.choices), default=list, blank=True,
                       verbose_name=_("角色"))
    duty_phone = models.CharField(_("值班电话"), max_length=30, default="", blank=True)
    hours = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="+",
                              verbose_name=_("工作时间"))
    deputy = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="stands_in_for",
                               verbose_name=_("副岗"))
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("岗位")

    def __str__(self) -> str:
        return self.title


class Person(Versioned):
    """A person of the house, with or without a log-in. session_epoch: sessions begun under another are over."""

    personal = frozenset({"phone"})

    login_name = models.CharField(_("登录名"), max_length=40, unique=True, null=True, blank=True)
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("手机"), max_length=30, default="", blank=True)
    language = models.CharField(_("界面语言"), max_length=10, default="zh-hans")
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("人员")

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == "active"


class Credential(models.Model):
    """A person's password, apart from everything that is listed, exported or journalled."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="credential")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()
    must_change = models.BooleanField(default=True)


class Strike(models.Model):
    """Failed sign-ins under a name, known or not; the name stands as a keyed digest. Real time."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)


class PhoneCode(models.Model):
    """The last code that was sent to somebody's telephone to sign in with, hashed. Real time."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="phone_code")
    code = models.CharField(max_length=128)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)


class Entrance(Versioned):
    """The way in: failed sign-ins under unknown names are journalled here. One row."""

    class Meta:
        verbose_name = _("登录入口")

    def __str__(self) -> str:
        return str(_("登录入口"))


class Term(Versioned):
    """From a day to a day, both included (任期)."""

    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        abstract = True


class Appointment(Term):
    """A person holds a post."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments", verbose_name=_("人员"))
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments", verbose_name=_("岗位"))

    class Meta:
        verbose_name = _("任职")
        constraints = [
            CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="appointment_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.post}"


class Licence(Term):
    """A certificate to enforce or to judge; since and until as printed on it (有效期)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="licences", verbose_name=_("人员"))
    sort = models.CharField(_("证件种类"), max_length=16)
    number = models.CharField(_("证件编号"), max_length=40)
    issuer = models.CharField(_("发证机关"), max_length=80)

    class Meta:
        verbose_name = _("资格证")
        constraints = [UniqueConstraint(fields=["sort", "number"], condition=Q(state="active"), name="licence_number")]

    def __str__(self) -> str:
        return f"{self.person} {self.number}"


class Delegation(Term):
    """While its holder is absent, a post's powers are used by another post's holder, or by a person."""

    from_post = models.ForeignKey(Post, models.PROTECT, related_name="delegated", verbose_name=_("被代理岗位"))
    to_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="acts_for", verbose_name=_("代理岗位"))
    to_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="acts_for",
                                  verbose_name=_("代理人"))
    reason = models.CharField(_("原因"), max_length=200)

    class Meta:
        verbose_name = _("代理")
        constraints = [
            CheckConstraint(condition=Q(to_post__isnull=True, to_person__isnull=False)
                            | Q(to_post__isnull=False, to_person__isnull=True), name="delegation_to_one"),
        ]

    def __str__(self) -> str:
        return f"{self.from_post} → {self.to_post or self.to_person}"


class Entrustment(Term):
    """A department lets a street office enforce in its name, in writing (Administrative Penalty Law Art 20 [sure])."""

    department = models.ForeignKey(Organisation, models.PROTECT, related_name="entrusts",
                                   verbose_name=_("委托机关"))
    street_office = models.ForeignKey(Organisation, models.PROTECT, related_name="entrusted",
                                      verbose_name=_("受委托街道"))
    number = models.CharField(_("委托书编号"), max_length=60)
    scope = models.CharField(_("委托范围"), max_length=300)
    scan = models.CharField(_("委托书扫描件"), max_length=64)

    class Meta:
        verbose_name = _("行政执法委托")
        indexes = [Index(fields=["street_office", "state"], name="entrusted_street")]

    def __str__(self) -> str:
        return self.number
