"""What a change of units means for the people who work there: their rights go on in the heir, of themselves."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from giamsat.foundation.access.models import Account, Exclusion, Grant
from giamsat.foundation.units import services as units
from giamsat.foundation.units.choices import Concern


def touched_by(effects: units.Effects) -> Iterator[units.Consequence]:
    """How many people work at each unit that ends, and rights are held over it; nothing is copied or given anew."""
    language = get_language()
    closed = effects.closed_ids()
    people = Account.objects.filter(unit__in=closed, is_active=True).order_by()
    held = Grant.objects.filter(unit__in=closed, withdrawn_at=None).order_by()
    accounts, rights = (Counter(rows.values_list("unit_id", flat=True)) for rows in (people, held))
    for closing in effects.closings:
        unit = closing.unit
        if not accounts[unit.pk] and not rights[unit.pk]:
            continue
        if closing.heir:
            becomes = _("go on at %s; the former unit's files stay open to them") % closing.heir.name(
                language
            )
        else:
            becomes = _(
                "end where they are: nobody works on there. Close the accounts or give them another unit"
            )
        yield units.Consequence(
            Concern.RIGHTS,
            unit.pk,
            f"{accounts[unit.pk]}:{rights[unit.pk]}",
            _("%(accounts)s accounts and %(rights)s rights at %(unit)s")
            % {"accounts": accounts[unit.pk], "rights": rights[unit.pk], "unit": unit.name(language)},
            becomes,
        )


def reasons_against(undoing: units.Undoing) -> Iterator[str]:
    """Somebody was given work, or barred, at a unit that taking the change back would make one that never was."""
    barred = Exclusion.objects.filter(unit__in=undoing.opened, withdrawn_at=None).select_related("unit")
    if (conflict := barred.order_by("pk").first()) is not None:
        yield _("A conflict of interest over %s was noted.") % conflict.unit.name(get_language())
    account = Account.objects.filter(unit__in=undoing.opened).select_related("unit").order_by("pk").first()
    grant = (
        Grant.objects.filter(unit__in=undoing.opened, withdrawn_at=None)
        .select_related("unit", "account")
        .order_by("pk")
        .first()
    )
    if account is not None:
        place, name = account.unit, account.get_full_name()
    elif grant is not None:
        place, name = grant.unit, grant.account.get_full_name()
    else:
        return
    yield _("%(name)s was given an account or a right at %(unit)s.") % {
        "name": name,
        "unit": place.name(get_language()) if place else "",
    }
