"""The first run: an empty instance becomes a district that can begin.

Words: first run 初始设置, one-time code 一次性代码, step 步骤.
Invariants: open only while the instance is empty or the first run it holds is unfinished, and only to who has the code
that `anlan up` printed; every step rehearses its sheet and names every fault before anything is stored; afterwards the
addresses of the first run lead away, and the code is gone.
"""
