"""Duty 应急值班: who is on shift now and tonight, what was told on the phone, what one shift hands to the next.

Words: roster 值班表 (a body's shifts of one month), shift 班次 (a leader, a main and an assistant from 08:30 to 08:30),
swap 换班, duty_number 值班电话, logged_call 来电记录, handover 交接班, roll_call 点名, morning_sheet 值班晨报.
Invariants: no published shift is without a leader, nobody stands two nights in a row, one person never signs both
sides of a handover; what a signed handover or a drawn morning sheet says stays as it was.
Legal basis: Order 708 Art 14 (24 h duty) and Order 493 Art 18 (public number) [sure]; the rest domain.md 5.8 [unsure].
"""
