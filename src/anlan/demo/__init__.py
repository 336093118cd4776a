"""The demonstration: Wuchang with its areas, offices, people, and 中南路街道 from its files to the morning of 2021-06-25.

Words: cast (the few who can sign in), story (what is to become of one particular hazard), life (the steps of a hazard).
Invariants: everything goes through the door; one seed gives the same district again; no real person, no real shop;
only the cast has passwords.
What is real and what is made up: data/README.md. How much of each: totals.toml.
"""
