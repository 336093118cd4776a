"""Calls 逐级呼叫 (民呼我应): who cannot solve a matter calls the next level up, which owes an answer by a time.

Words: call (one rung's duty on a matter), rung (a level of the ladder), caller and callee (from_party, to_party),
whistle 吹哨 (a street's call to departments), attendance 报到 (an assistant's own signing and coming), trade (kind of work).
Invariants: a call that is not over is owed by somebody, or stands in red; what nobody signs climbs one rung by itself
and stays on record as missed; the caller closes and rates, never the callee; a deadline moves only by a recorded pause.
Legal basis: none above the district; every limit is a dated parameter (domain.md 4.8 [sure] what is public, 4.9 [unsure]).
"""
