"""The doors of this room for whoever changes a report."""

from giamsat.intake.observations.batch import Accepting
from giamsat.intake.observations.bulk import BulkReceipt, receive_many
from giamsat.intake.observations.consolidating import consolidate
from giamsat.intake.observations.csv_receiving import lines_of
from giamsat.intake.observations.estimating import estimate, withdraw_estimate
from giamsat.intake.observations.flow import explain, lock, reopen, send_back
from giamsat.intake.observations.late_opening import (
    confirm_late_opening,
    end_lapsed,
    end_late_opening,
    open_late,
)
from giamsat.intake.observations.receipts import Receipt
from giamsat.intake.observations.receiving import (
    check_values,
    read_typed,
    receive,
    receive_file,
    receive_list,
    receive_typed,
)
from giamsat.intake.observations.reminders import Reminded, remind_late
from giamsat.intake.observations.steps import Moved, accept, accept_many, submit, submit_many
from giamsat.intake.observations.taking_back import take_back
from giamsat.intake.observations.trial import Past, Sight, past_reports
from giamsat.intake.observations.workbooks_receiving import receive_workbooks

__all__ = [
    "Accepting",
    "BulkReceipt",
    "Moved",
    "Past",
    "Receipt",
    "Reminded",
    "Sight",
    "accept",
    "accept_many",
    "check_values",
    "confirm_late_opening",
    "consolidate",
    "end_lapsed",
    "end_late_opening",
    "estimate",
    "explain",
    "lines_of",
    "lock",
    "open_late",
    "past_reports",
    "read_typed",
    "receive",
    "receive_file",
    "receive_list",
    "receive_many",
    "receive_typed",
    "receive_workbooks",
    "remind_late",
    "reopen",
    "send_back",
    "submit",
    "submit_many",
    "take_back",
    "withdraw_estimate",
]
