"""The look of Anlan: base templates, components, the words and signs they print, and the living page /design.

Knows no domain word: a state, a move or a figure comes in as a part (`parts.py`) and goes out as HTML that works
without a script, at 360 px, by keyboard, in print and under a strict content policy.
"""
