from django.utils.translation import gettext_lazy as _

from anlan.toolkit.domain import DomainConfig


class OutgoingConfig(DomainConfig):
    name = "anlan.outgoing"
    label = "outgoing"
    verbose_name = _("外发")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        super().ready()
        from anlan.places import hub  # noqa: PLC0415

        from . import listens, sending  # noqa: F401, PLC0415  (models must be loaded first)

        hub.add(_("外发网关"), _("通知可以经哪些途径发到系统外面"), "/desk/gateways/", "link", "gateways.edit")
        hub.add(_("登记外发网关"), _("开放一种途径：邮件、短信、工作群机器人"), "/desk/gateways/add/", "add", "gateways.edit")
        hub.add(_("机构的外发渠道"), _("岗位和机构的群机器人、邮箱"), "/desk/channels/", "people", "gateways.edit")
        hub.add(_("添加机构的外发渠道"), _("给一个岗位或机构接上群机器人、邮箱或号码"), "/desk/channels/add/", "add", "gateways.edit")
        hub.add(_("外发情况"), _("消息发给谁、经什么途径、什么状态；不含内容"), "/desk/messages/states/", "late", "system.watch")
