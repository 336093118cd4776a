from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "anlan.people"
    label = "people"
    verbose_name = _("机构与人员")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from anlan.places import hub  # noqa: PLC0415

        from . import connections, departments, flows, names, register, scope, tokens  # noqa: F401, PLC0415  (models must be loaded first)

        hub.add(_("机构"), _("部门、街道、社区、专委会、单位业主"), "/desk/organisations/", "home")
        hub.add(_("岗位"), _("岗位、责任区域、值班电话、角色"), "/desk/posts/", "person")
        hub.add(_("人员和账号"), _("登记人员、任职、重置密码、停用账号"), "/desk/people/", "people", "accounts.edit",
                "roles.edit")
        hub.add(_("角色"), _("每个角色可以做什么"), "/desk/roles/", "lock", "roles.edit", "accounts.edit", "journal.read")
        hub.add(_("资格证"), _("行政执法证和专家聘书的有效期"), "/desk/licences/", "check", "licences.edit", "accounts.edit")
        hub.add(_("代理"), _("不在岗时由谁代理"), "/desk/delegations/", "undo", "delegations.edit", "accounts.edit")
        hub.add(_("行政执法委托"), _("部门委托街道执法的书面委托"), "/desk/entrustments/", "signature")
        hub.add(_("日志"), _("谁在何时以何岗位做了什么；核验日志是否完整"), "/desk/journal/", "file", "journal.read")
        hub.add(_("接口令牌"), _("哪些系统可以报送和查询；签发、吊销"), "/desk/tokens/", "link", "tokens.edit")
        hub.add(_("系统故障"), _("搁置的时限、没有做成的后台任务"), "/desk/troubles/", "late", "system.watch")
        names.register()
        scope.register()
        tokens.register()
