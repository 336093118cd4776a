"""Forces and goods, from what stands on the ground up: shelters and hydrants.

Words: shelter (a place to take people to), hydrant (a point that gives water for firefighting).
Invariant: whoever is on duty in the district sees all of it; who answers for its ground changes it.
Legal basis: domain.md 7, 12.6.
"""
