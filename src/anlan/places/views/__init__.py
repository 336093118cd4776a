"""Pages of the settings: rules, the calendar, the tree of areas and its map."""
