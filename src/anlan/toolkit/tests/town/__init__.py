"""A town of pumps and depots: two small registers on which registers are tested."""
