"""Information and incidents 信息报告与突发事件: who must be told by when, and what is done about it.

Words: incident (one event, from the first word of it to its final report), trigger (one of 十逢十必: meeting it, one must
report), relay (one level's duty to pass the news on), desk (the two that hear of everything at once: the emergency bureau
and the government office's duty room).
Invariants: nothing but a place and a sentence is needed to begin; a relay's clocks run from when its level knew, never from
the event; late, missed, false or hidden is said by a person with a reason, never by a clock.
Legal basis: domain.md 1.3 (Order 493 Arts 9-11), 5.1-5.7.
"""
