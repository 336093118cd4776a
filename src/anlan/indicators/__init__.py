"""Indicators 常用查询: what a person asks of the figures again and again, kept under a name, and told in a rhythm.

Words: saved question (an indicator with its period, ground and grouping, under a name), subscription (its figure told to
one person daily, weekly or monthly).
Invariants: a saved question holds no number, only what is asked; whoever opens it reads its own ground; a subscription is
counted in the ground that its subscriber has when it is sent; it ends by itself with the post.
"""
