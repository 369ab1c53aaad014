"""What all refusals of reports have in common."""

from giamsat.lib.refusals import Refusal


class ReportRefusal(Refusal):
    """Base of what this room refuses."""

    code = "report.refused"
