"""The fixed cast: those who can sign in, each with what a visitor may try as them."""

from __future__ import annotations

from typing import NamedTuple

STREET = "420106011"  # 中南路街道
STREET_2 = "420106006"  # 中华路街道
COMMUNITY = "420106011033"  # 百瑞景社区
GRID = "420106011033001"
COMMUNITY_2 = "420106006002"  # 户部巷社区
GRID_2 = "420106006002001"
OWNER = "owner-cast"


class Part(NamedTuple):
    """house: code of the organisation; area: code, empty for those who answer for no ground."""

    login: str
    name: str
    title: str
    house: str
    area: str
    roles: tuple[str, ...]
    who: str
    licence: str = ""


CAST = (
    Part("warden", "汪小梅", "第1网格网格员", f"community-{COMMUNITY}", GRID, ("warden",),
         "网格员，百瑞景社区第1网格：今天要走的单位"),
    Part("community", "刘桂芳", "社区安全专干", f"community-{COMMUNITY}", COMMUNITY, ("community",),
         "社区安全专干，百瑞景社区：安排任务、代办整改"),
    Part("street", "赵明远", "安全办主任", f"street-{STREET}", STREET, ("street",),
         "安全办主任，中南路街道：台账、定级、批复"),
    Part("street2", "孙晓芹", "安全办主任", f"street-{STREET_2}", STREET_2, ("street",),
         "安全办主任，中华路街道：看不到中南路的事"),
    Part("warden2", "周玉珍", "第1网格网格员", f"community-{COMMUNITY_2}", GRID_2, ("warden",),
         "网格员，中华路街道户部巷社区第1网格"),
    Part("officer1", "吴建清", "执法员", f"street-{STREET}", STREET, ("street", "officer"),
         "执法员，中南路街道（受书面委托）：起草整改指令书", "enforcement"),
    Part("officer2", "郑立文", "执法员", f"street-{STREET}", STREET, ("street", "officer"),
         "执法员，中南路街道（受书面委托）：签发另一人起草的指令书", "enforcement"),
    Part("reviewer", "冯秀云", "复查员", f"street-{STREET}", STREET, ("street", "reviewer"),
         "复查员，中南路街道：现场复查、销号"),
    Part("expert", "陈思远", "安全专家", "emergency", "420106", ("expert",), "安全专家，区应急管理局聘任", "expert"),
    Part("gas", "褚文清", "燃气管理科科长", "urban_management", "420106", ("department",),
         "燃气管理科科长，区城管局（城镇燃气专委会牵头部门）"),
    Part("emergency", "卫家清", "安全生产协调科科长", "emergency", "420106", ("department", "emergency"),
         "协调科科长，区应急管理局：规则、日历、督办建议"),
    Part("director", "蒋志清", "分管副局长", "emergency", "420106", ("director",), "分管副局长，区应急管理局"),
    Part("leader", "沈其清", "分管副区长", "government_office", "420106", ("leader",), "分管副区长"),
    Part("unit", "陈福林", "负责人", OWNER, "", ("unit",), "百瑞景一家餐馆的负责人：报整改、提异议"),
    Part("sysadmin", "韩立群", "系统管理员", "emergency", "", ("sysadmin",), "系统管理员：区划、机构、账号"),
    Part("secadmin", "杨学林", "安全管理员", "emergency", "", ("secadmin",), "安全管理员：角色、证件"),
    Part("govoffice", "秦立川", "总值班室值班员", "government_office", "420106", ("department", "duty"),
         "总值班室值班员，区政府办：谁在值班、来电登记、点名、值班晨报"),
    Part("deputy", "尤学敏", "安全生产协调科副科长", "emergency", "420106", ("department", "emergency"),
         "协调科副科长，区应急管理局：协调科科长的副岗，轮流值班"),
    Part("auditor", "朱慧琴", "审计员", "discipline_inspection", "", ("auditor",), "审计员：日志"),
    Part("storekeeper", "何守勤", "物资保管员", f"street-{STREET}", STREET, ("storekeeper",),
         "物资保管员，中南路街道：仓库收发、盘点"),
    Part("teamleader", "罗志刚", "防汛抢险队队长", f"street-{STREET}", STREET, ("teamleader",),
         "防汛抢险队队长，中南路街道：签收调派、报告出发和到达"),
)
