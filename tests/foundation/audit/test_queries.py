from datetime import timedelta

from giamsat.foundation.audit import queries


def subjects(entries):
    return [entry.subject for entry in entries]


def test_entries_stay_within_the_units_handed_in(db, do):
    do("a.b", "in", unit_id=1)
    do("a.b", "out", unit_id=2)
    do("a.b", "nowhere")

    assert subjects(queries.entries_for({1})) == ["in"]
    assert subjects(queries.entries_for({1}, with_unplaced=True)) == ["nowhere", "in"]
    assert subjects(queries.entries_for(set())) == []
    assert subjects(queries.entries_for(None)) == ["nowhere", "out", "in"]


def test_entries_can_be_narrowed(db, do, at):
    do("report.accepted", "one")
    do("report.returned", "two", at=at + timedelta(days=1))
    do("warning.raised", "three", at=at + timedelta(days=2))

    assert subjects(queries.entries_for(None, verb="report.")) == ["two", "one"]
    assert subjects(queries.entries_for(None, verb="warning.raised")) == ["three"]
    assert subjects(queries.entries_for(None, subject="one", by_id=7)) == ["one"]
    assert subjects(
        queries.entries_for(None, since=at + timedelta(days=1), until=at + timedelta(days=2))
    ) == ["two"]
    assert subjects(queries.entries_for(None, by_id=8)) == []


def test_the_history_of_a_subject_reads_forward(db, do, at):
    do("report.submitted", "report:1", at=at)
    do("report.accepted", "report:1", at=at + timedelta(hours=1))

    assert [entry.verb for entry in queries.history_of("report:1")] == ["report.submitted", "report.accepted"]


def test_the_newest_entry_stands_first_whoever_asks_about_seals(db, do):
    assert queries.last_seal() is None
    do("a.b")
    assert queries.waiting_for_seal() == 1
