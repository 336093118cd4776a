"""Papers that deeds drew up: shown, printed and handed out from their frozen content, with nothing typed again.

A deed freezes `content(…)`, each field with where it came from; the app that owns the kind sets it with
`@paper_template`; the address of a paper is open to whoever may see its case (attachments.access.may_see).
"""
