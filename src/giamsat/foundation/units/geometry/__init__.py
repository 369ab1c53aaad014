"""Shapes of units: drawn from their seats or imported, and asked where things lie. Pure but for its files."""
