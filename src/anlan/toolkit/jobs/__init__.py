"""Work in the background: rows that a worker claims, each under a lease, tried again after a fault, and never silent.

`@job("kind", label=…)` names who does the work, `enqueue` asks for it once per key. Instants here are real time.
"""

from .registry import Hopeless, Made, Work, job

__all__ = ["Hopeless", "Made", "Work", "job"]
