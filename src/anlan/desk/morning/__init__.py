"""The morning of a post: the night before, the ground's figures beside last week and last year, where it is late, what is due.

Words: the night is the time since 18:00 of the day before; a headline is a figure that stands with what it is measured by.
Invariants: a number is an indicator's and opens its rows; the page costs the same statements at one row and at many.
"""
