"""Changes of the tree over time: what a plan would do, doing it, and taking it back. Used by ``services`` alone."""
