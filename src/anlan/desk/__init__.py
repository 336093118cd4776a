"""The desk: what a post owes today, the ledger of hazards, the queue of what waits for an answer.

Pages across the apps; they hold no fact that an indicator counts.
"""
