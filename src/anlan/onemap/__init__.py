"""The one map 一张图: whatever has a place, at any zoom, in the reader's scope, also as of a past day.

Words: layer 图层 (a register with a place), tile 瓦片, cluster 聚合 (a true count), sketch 标绘, choropleth 分区着色.
Invariants: a tile shows what the register's selector shows, also in counts; counts are folded from sealed entries,
never in the deed, and equal a full recount; what cannot be answered exactly says so instead of showing a part.
Legal basis: domain.md 12.5 (coordinates, Map Regulation Arts 8, 15, 22, 34), 12.6 (layers).
"""
