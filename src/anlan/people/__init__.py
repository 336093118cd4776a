"""Who acts: organisations, posts, people, their terms, licences, delegations and entrustments, and sign-in.

Words: organisation 单位/机构, post 岗位, person 人员, appointment 任职, licence 资格证, delegation 代理, entrustment 委托.
Invariants: whoever acts does so in a post held on that day; nobody holds two of the three administrations (三员);
a password never enters the journal; a unit owner's people see their own units only.
Legal basis: Administrative Penalty Law Art 20-21 and 42 (entrustment, two licensed officers) [sure];
GB/T 22239-2019 level 3 (identity, access, audit) [sure in substance].
"""
