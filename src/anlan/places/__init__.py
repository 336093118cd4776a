"""Where things stand: the dated tree of areas, their boundaries, point → grid, calendars, dated parameters.

Words: area 区域 (district › street › community › grid), boundary 边界, calendar 日历, parameter 规则参数.
Invariants: a code belongs to one area for ever; an area lies in one area of the level above on any day; a boundary
is stored in WGS-84 with the datum it came in; a parameter is never overwritten, a newer value begins on a day.
Legal basis: GB/T 30428.1 for grids (domain.md 4.2 [likely]); holidays by the yearly notice of the State Council.
"""
