"""What all refusals of this room are."""

from giamsat.lib.refusals import Refusal


class SourceRefusal(Refusal):
    """Base of what this room refuses."""

    code = "source.refused"
