from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anlan.kernel.models import Case
from anlan.toolkit.layers import Placed
from anlan.toolkit.search import BigramIndex


class Sort(models.TextChoices):
    """Emergency Response Law 2007 Art 3 [sure]."""

    NATURAL = "natural", _("自然灾害")
    ACCIDENT = "accident", _("事故灾难")
    HEALTH = "health", _("公共卫生事件")
    SOCIAL = "social", _("社会安全事件")


class Subtype(models.TextChoices):
    """Sub-types of the city's overall plan of 2021 (domain.md 5.3 [sure])."""

    WATER = "water", _("水旱灾害")
    WEATHER = "weather", _("气象灾害")
    GEOLOGY = "geology", _("地质灾害")
    QUAKE = "quake", _("地震灾害")
    FOREST = "forest", _("森林火灾")
    BIOLOGY = "biology", _("生物灾害")
    INDUSTRY = "industry", _("工矿商贸事故")
    FIRE = "fire", _("火灾事故")
    NUCLEAR = "nuclear", _("核与辐射事故")
    TRAFFIC = "traffic", _("交通运输事故")
    EQUIPMENT = "equipment", _("特种设备事故")
    FACILITY = "facility", _("基础设施和公用设施事故")
    POLLUTION = "pollution", _("环境污染和生态破坏事件")
    EPIDEMIC = "epidemic", _("传染病疫情")
    FOOD = "food", _("食品药品安全事件")
    POISONING = "poisoning", _("群体性中毒")
    STRAIN = "strain", _("菌毒种事件")
    ANIMALS = "animals", _("动物疫情")
    UNKNOWN = "unknown", _("群体性不明原因疾病")
    TERROR = "terror", _("恐怖袭击事件")
    CRIME = "crime", _("重大刑事案件")
    GRAIN = "grain", _("粮食供应事件")
    ENERGY = "energy", _("能源供应事件")
    FINANCE = "finance", _("金融突发事件")
    OTHER = "other", pgettext_lazy("sort of incident", "其他")


class Grade(models.TextChoices):
    """Order 493 Art 3 [sure]; 1 is the gravest."""

    EXTRAORDINARY = "1", pgettext_lazy("grade of incident", "特别重大")
    MAJOR = "2", pgettext_lazy("grade of incident", "重大")
    LARGER = "3", pgettext_lazy("grade of incident", "较大")
    GENERAL = "4", pgettext_lazy("grade of incident", "一般")


class Rung(models.TextChoices):
    """A level of the chain; the two desks stand side by side."""

    UNIT = "unit", _("事发单位")
    COMMUNITY = "community", _("社区")
    STREET = "street", _("街道")
    BUREAU = "bureau", _("区应急管理局")
    GOVOFFICE = "govoffice", _("区政府办公室")


class Fault(models.TextChoices):
    """Defined terms (domain.md 5.4): sent after its limit; never sent; known to be untrue; known and held back."""

    LATE = "late", _("迟报")
    MISSED = "missed", _("漏报")
    FALSE = "false", _("谎报")
    HIDDEN = "hidden", _("瞒报")
    NONE = "none", _("不追责")


COUNTS = ("dead", "missing", "serious", "slight", "trapped", "evacuated")


class Incident(Placed, Case):
    """triggers: codes of 十逢十必 that it meets, each with how it was met: {"F02": "words"}.

    known_at: when the first level of the district knew; chain_at: when the chain was started; gaps: desks that do not exist;
    rungs: levels that owe a report in it; chains: how many were withdrawn; retracted: triggers that were wrongly met.
    readiness: how many forces stand by, apart from the response that runs (domain.md 6.5 [sure]). law_done: [{step, note, by, at}].
    """

    personal = frozenset({"site_phone"})

    code = models.CharField(_("编号"), max_length=12, unique=True)
    title = models.CharField(_("事件"), max_length=120)
    sort = models.CharField(_("类别"), max_length=10, choices=Sort.choices)
    subtype = models.CharField(_("种类"), max_length=10, choices=Subtype.choices, blank=True, default="")
    grade = models.CharField(_("等级（初判）"), max_length=1, choices=Grade.choices, blank=True, default="")
    place = models.CharField(_("地点"), max_length=200, blank=True, default="")
    happened_at = models.DateTimeField(_("事发时间"), null=True, blank=True)
    known_at = models.DateTimeField(_("最早知晓时间"))
    source = models.CharField(_("信息来源"), max_length=80, blank=True, default="")
    matter_uid = models.UUIDField(null=True, db_index=True)
    call_uid = models.UUIDField(null=True)
    triggers = models.JSONField(_("触发情形"), default=dict)
    chain_at = models.DateTimeField(_("启动报送时间"), null=True)
    gaps = ArrayField(models.CharField(max_length=12), default=list)
    rungs = ArrayField(models.CharField(max_length=12), default=list)
    chains = models.PositiveSmallIntegerField(default=0)
    retracted = ArrayField(models.CharField(max_length=8), default=list, verbose_name=_("已撤销的触发情形"))

    dead = models.PositiveIntegerField(_("死亡"), null=True)
    missing = models.PositiveIntegerField(_("失联"), null=True)
    serious = models.PositiveIntegerField(_("重伤"), null=True)
    slight = models.PositiveIntegerField(_("轻伤"), null=True)
    trapped = models.PositiveIntegerField(_("被困"), null=True)
    evacuated = models.PositiveIntegerField(_("疏散转移"), null=True)
    loss_yuan = models.DecimalField(_("直接经济损失（元）"), max_digits=16, decimal_places=2, null=True)
    course = models.TextField(_("简要经过"), blank=True, default="")
    cause = models.TextField(_("原因和性质"), blank=True, default="")
    influence = models.TextField(_("影响、趋势和舆情"), blank=True, default="")
    measures = models.TextField(_("已采取的措施"), blank=True, default="")
    needs = models.TextField(_("困难、需求和建议"), blank=True, default="")
    forces = models.TextField(_("到场领导和力量装备"), blank=True, default="")
    site_leader = models.CharField(_("现场负责人"), max_length=40, blank=True, default="")
    site_phone = models.CharField(_("现场电话"), max_length=30, blank=True, default="")

    response = models.CharField(_("响应级别"), max_length=1, blank=True, default="",
                                choices=[("1", _("Ⅰ级响应")), ("2", _("Ⅱ级响应")), ("3", _("Ⅲ级响应")), ("4", _("Ⅳ级响应"))])
    readiness = models.CharField(_("战备等级"), max_length=1, blank=True, default="",
                                 choices=[("1", _("Ⅰ级战备")), ("2", _("Ⅱ级战备")), ("3", _("Ⅲ级战备")), ("4", _("Ⅳ级战备"))])
    judged = models.JSONField(_("最近研判"), default=dict)
    law_done = models.JSONField(_("已落实的法定措施"), default=list)
    commander = models.CharField(_("指挥长"), max_length=60, blank=True, default="")
    command = models.CharField(_("专项应急指挥机构"), max_length=80, blank=True, default="")
    plan = models.CharField(_("启动的预案"), max_length=100, blank=True, default="")
    ended_at = models.DateTimeField(_("处置结束时间"), null=True)
    reports = models.PositiveSmallIntegerField(_("已报期数"), default=0)
    end_reason = models.CharField(_("结束说明"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("突发事件")
        indexes = [Index(fields=["opened_at", "id"], name="incident_opened"),
                   Index(fields=["area", "state", "opened_at", "id"], name="incident_ledger"),
                   BigramIndex("title", "place", name="incident_search")]
        constraints = [CheckConstraint(condition=Q(happened_at__isnull=True) | Q(happened_at__lte=F("known_at")),
                                       name="incident_known_after")]

    def __str__(self) -> str:
        return self.code


class Relay(Case):
    """One level's duty to pass the news on. party: who owes it, None where nobody is registered.

    known_at: when this level knew; phoned_at, wrote_at: when it told the next level by phone and in writing.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="relays", verbose_name=_("突发事件"))
    rung = models.CharField(_("层级"), max_length=10, choices=Rung.choices)
    party = models.BigIntegerField(null=True)
    who = models.CharField(_("单位"), max_length=80)
    known_at = models.DateTimeField(_("知晓时间"), null=True)
    known_how = models.CharField(_("如何知晓"), max_length=120, blank=True, default="")
    seen_at = models.DateTimeField(_("签收时间"), null=True)
    phoned_at = models.DateTimeField(_("电话报告时间"), null=True)
    phoned_whom = models.CharField(_("报给谁"), max_length=120, blank=True, default="")
    wrote_at = models.DateTimeField(_("书面报告时间"), null=True)
    wrote_what = models.CharField(_("书面报告"), max_length=200, blank=True, default="")
    fault = models.CharField(_("认定"), max_length=8, choices=Fault.choices, blank=True, default="")
    fault_reason = models.CharField(_("认定理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("报送环节")
        indexes = [Index(fields=["opened_at", "id"], name="relay_opened"),
                   Index(fields=["area", "state", "opened_at", "id"], name="relay_ledger"),
                   Index(fields=["party"], name="relay_party", condition=Q(party__isnull=False))]
        constraints = [UniqueConstraint(fields=["incident", "rung"], name="relay_once", condition=~Q(state="withdrawn")),
                       CheckConstraint(condition=Q(phoned_at__isnull=True) | Q(phoned_at__gte=F("known_at")), name="relay_phone_after"),
                       CheckConstraint(condition=Q(wrote_at__isnull=True) | Q(wrote_at__gte=F("known_at")), name="relay_wrote_after")]

    def __str__(self) -> str:
        return f"{self.who}"


class Stage(models.TextChoices):
    """初报、续报、终报 (domain.md 5.5)."""

    FIRST = "first", _("初报")
    CONTINUED = "continued", _("续报")
    FINAL = "final", _("终报")


class InfoReport(Case):
    """A report on an incident by one level. content: {field: text}; receipts: whom it went to, and who took it when.

    no_of_kind: 2 for 续报二; missing: fields that the table asks for and nobody could fill when it was signed.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="info_reports", verbose_name=_("突发事件"))
    sort = models.CharField(_("报告"), max_length=10, choices=Stage.choices)
    no_of_kind = models.PositiveSmallIntegerField(_("第几次"), default=1)
    rung = models.CharField(_("层级"), max_length=10, choices=Rung.choices)
    party = models.BigIntegerField()
    who = models.CharField(_("报送单位"), max_length=80)
    title = models.CharField(_("标题"), max_length=200)
    content = models.JSONField(_("内容"), default=dict)
    missing = ArrayField(models.CharField(max_length=16), default=list, verbose_name=_("待补内容"))
    number = models.CharField(_("文号"), max_length=80, blank=True, default="")
    reporter = models.CharField(_("起草人"), max_length=40)
    signer = models.CharField(_("签发人"), max_length=40, blank=True, default="")
    signed_at = models.DateTimeField(_("签发时间"), null=True)
    sent_at = models.DateTimeField(_("报出时间"), null=True)
    receipts = models.JSONField(_("收件回执"), default=list)

    class Meta:
        verbose_name = _("信息报告")
        indexes = [Index(fields=["opened_at", "id"], name="info_report_opened"),
                   Index(fields=["area", "state", "opened_at", "id"], name="info_report_ledger"),
                   Index(fields=["party"], name="info_report_party")]

    def __str__(self) -> str:
        return self.number or self.title


class Level(models.TextChoices):
    """Response I to IV, apart from the colour of a warning (domain.md 5.7, 6.1)."""

    ONE = "1", _("Ⅰ级响应")
    TWO = "2", _("Ⅱ级响应")
    THREE = "3", _("Ⅲ级响应")
    FOUR = "4", _("Ⅳ级响应")


class Decision(models.TextChoices):
    REPORT = "report", _("报告")
    WATCH = "watch", _("关注")
    WARN = "warn", _("预警")
    RESPOND = "respond", _("启动或调整响应")
    CLOSE = "close", pgettext_lazy("judgement", "结束响应")


class Judgement(Case):
    """研判: of one incident, or (without one) the regular one of a month. level: the response it proposes."""

    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="judgements", verbose_name=_("突发事件"))
    people = models.CharField(_("参加人员"), max_length=200)
    facts = models.TextField(_("基本情况"))
    compared = models.TextField(_("与触发情形对照"), blank=True, default="")
    chance = models.TextField(_("发生或扩大的可能"), blank=True, default="")
    effect = models.TextField(_("可能的影响"), blank=True, default="")
    grade = models.CharField(_("建议等级"), max_length=1, choices=Grade.choices, blank=True, default="")
    level = models.CharField(_("建议响应级别"), max_length=1, choices=Level.choices, blank=True, default="")
    decision = models.CharField(_("研判结论"), max_length=8, choices=Decision.choices)
    next_at = models.DateTimeField(_("下次研判"), null=True, blank=True)

    class Meta:
        verbose_name = _("研判记录")
        indexes = [Index(fields=["opened_at", "id"], name="judgement_opened"),
                   Index(fields=["area", "opened_at", "id"], name="judgement_area")]

    def __str__(self) -> str:
        return self.facts[:40]


class ContingencyPlan(Case):
    """预案. command: the special command body (专项应急指挥机构) that it sets up; phones: one to a line."""

    code = models.CharField(_("编号"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    sort = models.CharField(_("类别"), max_length=10, choices=Sort.choices)
    edition = models.CharField(_("版本"), max_length=40)
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)
    owner = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", verbose_name=_("编制单位"))
    command = models.CharField(_("专项应急指挥机构"), max_length=80, blank=True, default="")
    phones = models.TextField(_("联系电话"), blank=True, default="")

    class Meta:
        verbose_name = _("应急预案")

    def __str__(self) -> str:
        return self.name


class PlanStep(Case):
    """A task of a plan. level: from this response on it is given (Ⅳ: whenever the plan is started)."""

    plan = models.ForeignKey(ContingencyPlan, models.PROTECT, related_name="steps", verbose_name=_("应急预案"))
    level = models.CharField(_("起始响应级别"), max_length=1, choices=Level.choices)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", verbose_name=_("责任单位"))
    what = models.CharField(_("任务"), max_length=200)
    minutes = models.PositiveIntegerField(_("完成时限（分钟）"))

    class Meta:
        verbose_name = _("预案任务")

    def __str__(self) -> str:
        return self.what


class Seat(models.TextChoices):
    """In a special command body (专项应急指挥机构)."""

    HEAD = "head", _("指挥长单位")
    DEPUTY = "deputy", _("副指挥长单位")
    MEMBER = "member", _("成员单位")


class PlanMember(Case):
    """A body that sits in the command of a plan, and is told when a response begins by it. duty: what it answers for there."""

    plan = models.ForeignKey(ContingencyPlan, models.PROTECT, related_name="members", verbose_name=_("应急预案"))
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", verbose_name=_("机构"))
    seat = models.CharField(_("席位"), max_length=8, choices=Seat.choices, default=Seat.MEMBER)
    duty = models.CharField(_("职责"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("指挥机构成员")

    def __str__(self) -> str:
        return str(self.organisation)


class Instruction(Case):
    """指令: what one body is to do for an incident, from a plan or from the command. late: its limit ran out."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="instructions", verbose_name=_("突发事件"))
    what = models.CharField(_("任务"), max_length=200)
    party = models.BigIntegerField()
    who = models.CharField(_("责任单位"), max_length=80)
    plan = models.CharField(_("依据预案"), max_length=100, blank=True, default="")
    minutes = models.PositiveIntegerField(_("完成时限（分钟）"))
    taken_at = models.DateTimeField(_("签收时间"), null=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)
    result = models.CharField(_("完成情况"), max_length=300, blank=True, default="")
    late = models.BooleanField(_("到期未完成"), default=False)

    class Meta:
        verbose_name = _("指令")
        indexes = [Index(fields=["opened_at", "id"], name="instruction_opened"), Index(fields=["party"], name="instruction_party"),
                   Index(fields=["area", "opened_at", "id"], name="instruction_area")]

    def __str__(self) -> str:
        return self.what


class Crew(Case):
    """Who works inside. party: the post or body that answers for it; callout_uid: the calling up it came by.

    checked_at: the last word from it; silent_since: when that word was missed.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="crews", verbose_name=_("突发事件"))
    name = models.CharField(_("队伍"), max_length=80)
    people = models.PositiveIntegerField(_("现场人数"))
    people_out = models.PositiveIntegerField(_("出来人数"), null=True)
    place = models.CharField(_("作业地点"), max_length=120, blank=True, default="")
    party = models.BigIntegerField(null=True)
    callout_uid = models.UUIDField(null=True)
    entered_at = models.DateTimeField(_("进入时间"))
    checked_at = models.DateTimeField(_("最近报平安"))
    silent_since = models.DateTimeField(_("失去联络"), null=True)
    left_at = models.DateTimeField(_("出场时间"), null=True)
    note = models.CharField(_("情况"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("入场队伍")
        indexes = [Index(fields=["opened_at", "id"], name="crew_opened"), Index(fields=["area", "opened_at", "id"], name="crew_area")]
        constraints = [UniqueConstraint(fields=["callout_uid"], name="crew_once_a_callout", condition=Q(callout_uid__isnull=False))]

    def __str__(self) -> str:
        return self.name


class Measured(models.TextChoices):
    """In what a need is counted."""

    PEOPLE = "people", _("人")
    TEAM = "team", _("支")
    MACHINE = "machine", _("台")
    VEHICLE = "vehicle", _("辆")
    PIECE = "piece", _("件")
    BAG = "bag", _("条")
    BOX = "box", _("箱")
    CUBIC_METRE = "m3", _("立方米")
    TON = "ton", _("吨")


class Need(Case):
    """party, who: the body that asked. pledges: [{party, name, amount, note, at, delivered_at}], one after the other."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="wants", verbose_name=_("突发事件"))
    what = models.CharField(_("需要什么"), max_length=60)
    amount = models.PositiveIntegerField(_("数量"))
    measure = models.CharField(_("单位"), max_length=8, choices=Measured.choices)
    needed_by = models.DateTimeField(_("需要时间"), null=True)
    place = models.CharField(_("送到哪里"), max_length=120, blank=True, default="")
    party = models.BigIntegerField(null=True)
    who = models.CharField(_("提出单位"), max_length=80, blank=True, default="")
    pledges = models.JSONField(default=list)
    late = models.BooleanField(_("到时未齐"), default=False)
    reason = models.CharField(_("说明"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("现场需求")
        indexes = [Index(fields=["opened_at", "id"], name="need_opened"), Index(fields=["area", "opened_at", "id"], name="need_area")]
        constraints = [CheckConstraint(condition=Q(amount__gt=0), name="need_of_something")]

    def __str__(self) -> str:
        return self.what

    @property
    def pledged(self) -> int:
        return sum(p["amount"] for p in self.pledges)

    @property
    def delivered(self) -> int:
        return sum(p["amount"] for p in self.pledges if p["delivered_at"])

    @property
    def lacking(self) -> int:
        """What nobody has said that they will give."""
        return max(0, self.amount - self.pledged)
