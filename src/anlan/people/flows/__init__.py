"""The moves on organisations, posts, people and their terms."""

from . import organisations, persons, posts, terms

__all__ = ["organisations", "persons", "posts", "terms"]
