import stat
from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django import connector_params

from giamsat.foundation.audit import heads, queries, services
from giamsat.foundation.audit.errors import TooYoungToPurge
from giamsat.foundation.audit.models import Entry, Minute, Seal, Unsealed


def test_an_entry_says_who_did_what_to_what_and_when(db, do, at):
    do("report.accepted", "report:9", facts={"total": Decimal("3.50"), "due_on": at.date()}, unit_id=4)

    entry = Entry.objects.get()
    assert (entry.verb, entry.subject, entry.unit_id) == ("report.accepted", "report:9", 4)
    assert (entry.by_id, entry.by_name, entry.at) == (7, "Trưởng ban số 7", at)
    assert entry.facts == {"total": "3.50", "due_on": "2026-10-01"}


def test_the_deed_is_undone_when_its_record_fails(db, do):
    def deed():
        with transaction.atomic():
            do("report.accepted")
            do("report.accepted", facts={"share": float("nan")})

    with pytest.raises(ValueError, match="not JSON compliant"):
        deed()

    assert not Entry.objects.exists()


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete(sealed, table, change):
    change = change.format(table).replace("id = id", "seq = seq" if table == "audit_seal" else "id = id")
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert f"audit: {change.split()[0]} on {table} is refused; the trail is only ever added to" in str(
        refusal.value
    )


def run(*statements):
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_the_database_refuses_to_empty_the_trail(sealed):
    with pytest.raises(DatabaseError) as refusal:
        run("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_not_emptied", "TRUNCATE audit_entry")

    assert "audit: TRUNCATE on audit_entry is refused" in str(refusal.value)


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
@pytest.mark.parametrize("table", services.ADD_ONLY)
def test_the_application_role_has_no_right_to_change_the_trail(db, table, right):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, %s, %s), has_table_privilege(%s, %s, 'INSERT')",
            [services.APPLICATION_ROLE, table, right, services.APPLICATION_ROLE, table],
        )
        assert cursor.fetchone() == (False, True)


def test_the_application_role_can_work_but_not_change_what_was_recorded(db, do, at):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {services.APPLICATION_ROLE}")
    do("report.accepted")
    assert services.seal_pending(at=at) == 1

    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        Entry.objects.update(by_name="someone else")

    assert "permission denied for table audit_entry" in str(refusal.value)


def test_sealing_chains_what_is_committed_once(db, do, at):
    do("a.b"), do("c.d")

    assert services.seal_pending(at=at) == 2
    assert services.seal_pending(at=at) == 0
    assert [seal.seq for seal in Seal.objects.order_by("seq")] == [1, 2]
    assert queries.last_seal().seq == 2
    assert queries.waiting_for_seal() == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_late_is_sealed_late_and_never_skipped(do, at):
    with psycopg.connect(**connector_params()) as other:
        late = other.execute(
            "INSERT INTO audit_entry (verb, subject, by_name, at, facts) "
            "VALUES ('late.deed', 's', 'n', now(), '{}') RETURNING id"
        ).fetchone()[0]
        early = do("early.deed").pk
        assert late < early
        assert services.seal_pending(at=at) == 1

        other.commit()

        assert services.seal_pending(at=at) == 1
    assert list(Seal.objects.order_by("seq").values_list("entry_id", flat=True)) == [early, late]
    assert services.verify().ok


@pytest.mark.django_db(transaction=True)
def test_only_one_sealer_works_at_a_time(do, at):
    do("a.b")
    with psycopg.connect(**connector_params()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [services.SEALER_LOCK])
        assert services.seal_pending(at=at) == 0

    assert services.seal_pending(at=at) == 1


def test_the_key_is_readable_by_its_owner_only_and_outside_the_database(sealed):
    assert stat.S_IMODE(heads.key_file().stat().st_mode) == 0o600
    assert heads.key_file().name == "audit.ed25519"


def test_a_head_is_signed_once_and_follows_the_line_before(sealed, do, at):
    assert not services.sign_head(at=at)
    do("a.b")
    services.seal_pending(at=at)

    assert services.sign_head(at=at)
    assert [(line.body["seq"], line.genuine) for line in heads.lines()] == [(5, True), (6, True)]


def test_nothing_to_seal_nothing_to_sign(db, at):
    assert services.seal_pending(at=at) == 0
    assert not services.sign_head(at=at)
    assert services.verify() == services.Verification(ok=True)


def test_a_purge_takes_out_old_texts_and_leaves_a_signed_minute(db, do, at):
    old = datetime(2024, 3, 1, tzinfo=UTC)
    do("session.began", "account:1", at=old)
    do("case.opened", "case:1", at=old)
    do("session.began", "account:2", at=old)
    do("session.began", "account:3")
    services.seal_pending(at=at)

    minute = services.purge(before=datetime(2024, 10, 1, tzinfo=UTC), kept=["case"], at=at)

    assert (minute.count, minute.ranges) == (2, [[1, 1], [3, 3]])
    assert list(Entry.objects.order_by("id").values_list("verb", flat=True)) == [
        "case.opened", "session.began", "audit.purged",
    ]  # fmt: skip
    assert Seal.objects.count() == 4
    assert services.verify().ok
    assert services.purge(before=datetime(2024, 10, 1, tzinfo=UTC), kept=["case"], at=at) is None


def test_a_purge_of_young_entries_is_refused(sealed, at):
    with pytest.raises(TooYoungToPurge) as refusal:
        services.purge(before=datetime(2026, 3, 1, tzinfo=UTC), kept=[], at=at)

    assert refusal.value.message == (
        "Entries of the audit trail are kept at least 12 months, so nothing after 01/03/2026 may be purged yet. "
        "Choose an earlier day."
    )
    assert refusal.value.code == "audit.too_young_to_purge"


def test_the_database_refuses_a_purge_of_young_entries_too(sealed):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_purge(now(), 5, '{}')")

    assert "audit: entries younger than 12 months are not purged" in str(refusal.value)


def test_the_purge_switch_alone_opens_nothing(sealed):
    with pytest.raises(DatabaseError) as refusal:
        run("SELECT set_config('giamsat.audit_purge', 'on', true)", "DELETE FROM audit_entry")

    assert "audit: DELETE on audit_entry is refused" in str(refusal.value)


def test_every_entry_waits_for_its_seal_by_itself(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (verb, subject, by_name, at, facts) VALUES ('by.hand', 's', 'n', now(), '{}')"
        )

    assert Unsealed.objects.get().entry_id == Entry.objects.get().pk
    assert not Minute.objects.exists()
