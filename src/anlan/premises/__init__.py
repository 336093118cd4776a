"""Premises 监管对象: units under supervision, one file each (一企一档), with their dangers and their risk.

Words: premises (a unit, enterprise or shop at one address), owner (an organisation outside both trees),
special object (elevator, gas pipe, curtain wall, high-rise, compound), risk point, colour (red 重大, orange 较大,
yellow 一般, blue 低).
Invariants: one unit at one address is one file; a unit's colour is the worst of its points; a shop added on the
spot is unconfirmed until an office confirms it; what closed stays on file.
Legal basis: Work Safety Law Arts 4, 21, 41 [sure]; domain.md 3.1–3.7; credit code: GB 32100-2015.
"""
