"""A town of pumps, depots and sirens: small registers on which registers are tested."""
