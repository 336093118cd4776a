"""Benchmarks: `anlan bench`. Each scenario measures our way and the plain way in turn, in one run, and says its limits.

Everything runs on this machine alone, in a home of its own with a durable database, which is removed afterwards.
bench/README.md in the repository has the figures of one machine; the losses are published with the rest.
"""
