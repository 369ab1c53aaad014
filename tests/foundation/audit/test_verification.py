"""Each test here really tampers, as someone with every right over the database could."""

import json

import pytest
from django.db import connection

from giamsat.foundation.audit import heads, rules, services, verification
from giamsat.foundation.audit.models import Entry, Minute, Seal


def told():
    """What verification says, as (fault, number)."""
    outcome = services.verify()
    assert outcome.ok == (not outcome.problems)
    return [(str(problem.fault), problem.seq) for problem in outcome.problems]


def sentences():
    return [str(problem) for problem in services.verify().problems]


def recompute_from(first):
    """Rewrite the chain so that it agrees with itself again, as a forger would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        chain = rules.GENESIS
        for seal in Seal.objects.order_by("seq"):
            entry = Entry.objects.get(pk=seal.entry_id)
            content = verification.digest(entry)
            chain = rules.chain_digest(chain, seal.seq, seal.entry_id, content)
            if seal.seq >= first:
                Seal.objects.filter(pk=seal.pk).update(content=content, chain=chain)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_an_untouched_trail_is_whole(sealed):
    assert services.verify() == services.Verification(ok=True, seals=5)


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'report.returned'",
        "by_name = 'Someone Else'",
        "by_id = 8",
        "unit_id = NULL",
        "at = at + interval '1 second'",
        "recorded_at = recorded_at - interval '1 microsecond'",
        """facts = '{"number": 4}'""",
        "subject = 'report:33'",
    ],
)
def test_an_edit_is_found(sealed, tamper, change):
    tamper(f"UPDATE audit_entry SET {change} WHERE subject = 'report:3'")

    assert told() == [("edited", 3)]
    assert sentences() == ["Entry under seal 3 no longer says what was sealed."]


def test_a_deletion_is_found(sealed, tamper):
    tamper("DELETE FROM audit_entry WHERE subject = 'report:2'")

    assert sentences() == ["Entry under seal 2 is gone, and no minute of a purge covers it."]


def test_a_deletion_with_its_seal_is_found(sealed, tamper):
    tamper("DELETE FROM audit_entry WHERE subject = 'report:2'", "DELETE FROM audit_seal WHERE seq = 2")

    assert sentences() == ["Seal 3 does not follow from the seal before it."]


def test_an_edited_seal_is_found(sealed, tamper):
    tamper(
        "UPDATE audit_entry SET by_name = 'x' WHERE subject = 'report:3'",
        "UPDATE audit_seal SET content = sha256('anything') WHERE seq = 3",
    )

    assert told() == [("edited", 3), ("broken", 3)]


def test_a_cut_tail_is_found(sealed, tamper):
    tamper(
        "DELETE FROM audit_entry WHERE subject IN ('report:4', 'report:5')",
        "DELETE FROM audit_seal WHERE seq > 3",
    )

    assert sentences() == ["A signed head tells of seal 5, but the chain ends before it."]


def test_a_tail_cut_within_the_hour_is_found_by_the_newest_head(sealed, tamper, do, at):
    entry = do("report.accepted", "report:6")
    services.seal_pending(at=at)
    tamper(f"DELETE FROM audit_entry WHERE id = {entry.pk}", "DELETE FROM audit_seal WHERE seq = 6")

    assert told() == [("tail_cut", 6)]


def test_a_full_recomputation_is_found(sealed, tamper):
    tamper("UPDATE audit_entry SET by_name = 'Someone Else' WHERE subject = 'report:2'")
    recompute_from(1)

    assert sentences() == ["Seal 5 differs from its signed head: the chain was written anew."]


def test_a_recomputation_that_goes_on_growing_is_still_found(sealed, tamper, do, at):
    tamper("UPDATE audit_entry SET by_name = 'Someone Else' WHERE subject = 'report:2'")
    recompute_from(1)
    do("report.accepted", "report:6")
    services.seal_pending(at=at)
    services.sign_head(at=at)

    assert told() == [("recomputed", 5)]


def test_heads_signed_by_a_strange_hand_are_found(sealed):
    heads.key_file().unlink()
    for file in heads.heads_file().parent.glob("*.pub"):
        file.unlink()
    services.sign_head(at=Entry.objects.first().at)

    assert ("head_forged", 1) in told()


def test_a_line_taken_out_of_the_heads_is_found(sealed, do, at):
    for number in (6, 7):
        do("report.accepted", f"report:{number}")
        services.seal_pending(at=at)
        services.sign_head(at=at)
    lines = heads.heads_file().read_bytes().splitlines(keepends=True)
    heads.heads_file().write_bytes(lines[0] + lines[2])

    assert sentences() == ["Line 2 of the signed heads is not in our hand or out of order."]


def test_an_edited_head_is_found(sealed):
    file = heads.heads_file()
    line = json.loads(file.read_text())
    line["body"]["seq"] = 4
    file.write_text(json.dumps(line) + "\n")

    assert told() == [("head_forged", 1)]


def test_heads_that_are_gone_are_missed(sealed):
    heads.heads_file().unlink()
    heads.latest_file().unlink()

    assert sentences() == ["The chain has seals up to 5, but the file of signed heads is gone."]


def test_an_entry_kept_from_the_sealer_is_found(sealed, tamper, do):
    entry = do("report.accepted", "report:6")
    tamper("DELETE FROM audit_unsealed")

    assert sentences() == [f"Entry {entry.pk} is neither sealed nor waiting for its seal."]


def test_a_forged_minute_excuses_nothing(sealed, tamper, at):
    tamper("DELETE FROM audit_entry WHERE subject = 'report:2'")
    minute = Minute.objects.create(
        purged_at=at, before=at.replace(year=2024), ranges=[[2, 2]], count=1, rule="invented"
    )

    assert told() == [("minute_forged", minute.pk), ("deleted", 2)]
    assert (
        sentences()[0]
        == f"The minute of purge {minute.pk} differs from the signed heads or is missing there."
    )


def test_public_keys_are_enough_to_verify(sealed):
    heads.key_file().unlink()

    assert services.verify().ok


def test_reordered_facts_are_the_same_facts(sealed, tamper):
    tamper("""UPDATE audit_entry SET facts = '{"number":  3}' WHERE subject = 'report:3'""")

    assert services.verify().ok
