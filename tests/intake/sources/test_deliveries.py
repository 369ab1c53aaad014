"""What arrives is kept as it arrived: accepted once, or refused with its refusal."""

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from giamsat.foundation.audit.models import Entry
from giamsat.intake.sources import queries, services
from giamsat.intake.sources.choices import Channel, DeliveryStatus
from giamsat.intake.sources.errors import DuplicateDelivery, EncryptedWorkbook, Interrupted
from giamsat.intake.sources.models import Delivery
from tests.intake.house import AT, SYSTEM


def keep(content=b"figures", unit=None):
    return services.keep_delivery(
        content,
        filename="bao-cao.xlsx",
        channel=Channel.EXCEL,
        by=SYSTEM,
        at=AT,
        unit_id=unit.pk if unit else None,
    )


def test_a_delivery_keeps_its_bytes_and_their_checksum(country):
    delivery = Delivery.objects.get(pk=keep(b"figures", country.hua_bum).pk)
    assert bytes(delivery.content) == b"figures"
    assert (delivery.sha256, delivery.size) == (hashlib.sha256(b"figures").hexdigest(), 7)
    assert (delivery.status, delivery.by_name, delivery.received_at) == (
        DeliveryStatus.RECEIVED,
        "system:tests",
        AT,
    )


def test_the_same_bytes_are_accepted_once_for_a_unit(country):
    services.accept_delivery(keep(), unit_id=country.hua_bum.pk)
    with pytest.raises(DuplicateDelivery, match="already accepted on 01/10/2026 08:30 from system:tests"):
        services.accept_delivery(keep(), unit_id=country.hua_bum.pk)
    services.accept_delivery(keep(), unit_id=country.muong_te.pk)


def test_the_same_file_for_many_units_is_accepted_once(country):
    services.accept_delivery(keep(), unit_id=None)
    with pytest.raises(DuplicateDelivery):
        services.accept_delivery(keep(), unit_id=None)


def test_a_refused_delivery_keeps_its_refusal_and_stands_in_the_trail(country):
    delivery = keep(unit=country.hua_bum)
    services.refuse_delivery(delivery, EncryptedWorkbook(), by=SYSTEM, at=AT, unit_id=country.hua_bum.pk)
    kept = queries.deliveries_known_to(0, [country.hua_bum.pk]).get()
    assert kept.refusal["code"] == "source.encrypted_workbook"
    assert "remove the password" in kept.refusal["message"]
    assert Entry.objects.get(verb="delivery.refused").facts["code"] == "source.encrypted_workbook"


def test_the_database_refuses_a_refusal_without_a_reason(country):
    delivery = keep()
    with pytest.raises(IntegrityError, match="delivery_refused_says_why"), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(status=DeliveryStatus.REFUSED)


def test_what_a_killed_reader_left_is_refused_and_may_come_again(country):
    left = keep(unit=country.hua_bum)
    young = keep(b"still being read")
    Delivery.objects.filter(pk=young.pk).update(received_at=AT + timedelta(hours=1))

    assert services.refuse_interrupted(before=AT + timedelta(minutes=1), by=SYSTEM, at=AT) == 1

    left.refresh_from_db()
    young.refresh_from_db()
    assert (left.status, left.refusal["code"], left.unit) == (
        DeliveryStatus.REFUSED, "source.interrupted", country.hua_bum,
    )  # fmt: skip
    assert left.refusal["message"].startswith("This delivery of 01/10/2026 08:30 was cut off")
    assert young.status == DeliveryStatus.RECEIVED
    with pytest.raises(Interrupted):
        services.accept_delivery(left, unit_id=country.hua_bum.pk)
    assert services.accept_delivery(keep(), unit_id=country.hua_bum.pk).status == DeliveryStatus.ACCEPTED
