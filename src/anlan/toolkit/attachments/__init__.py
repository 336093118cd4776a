"""Attachments: what people send is looked at by content, cleaned, and kept under its own hash.

`media.take_in` answers with a `Media` that may be kept, or with a Refusal a person can act on; `store.Store` keeps
the bytes. A name never decides what a file is.
"""
