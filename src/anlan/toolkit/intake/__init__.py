"""Intake: what phones and other systems send, each thing once, under an id that the sender made.

An Envelope says what somebody did and when; `receive` brings it to the door and answers with the receipt, the first
one also to a second sending. Tokens let other systems in; the Gatherer lets requests of one instant share a deed's cost.
"""
