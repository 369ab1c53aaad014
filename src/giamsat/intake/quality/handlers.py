"""What this room hears: its own news, told on to the persons concerned."""

from datetime import datetime

from django.utils.translation import gettext as _

from giamsat.foundation.access.choices import Action
from giamsat.foundation.notices import queries as notices
from giamsat.foundation.notices import services as notices_services
from giamsat.foundation.notices.choices import Page
from giamsat.foundation.outbox.services import on
from giamsat.foundation.units import queries as units
from giamsat.intake.quality.choices import ObjectionState
from giamsat.intake.quality.events import ObjectionAnswered, ScoreObjected
from giamsat.intake.quality.models import Objection
from giamsat.lib.periods import Period

DECIDERS = (Action.REPORT_ACCEPT.value,)
REPORTERS = (Action.REPORT_COMPILE.value, Action.REPORT_SUBMIT.value)


@on(ScoreObjected)
def tell_that_a_score_is_objected_to(event: ScoreObjected, *, event_id: int, at: datetime) -> None:
    """Whoever accepts reports at the level above, by their grants of today."""
    objection = _objection(event.objection_id)
    above = units.direct_superior(objection.unit)
    if above is None:
        return

    def words(language: str) -> str:
        said = _("%(unit)s objects to a score of form %(form)s, period %(period)s. Answer by %(day)s.")
        return said % _named(objection, language)

    people = notices.people_at([above], DECIDERS, sees=Page.OBJECTION.sees, at=at)
    notices_services.tell(
        people.get(above.pk, []), key=f"objection.raised:{objection.pk}", words=words,
        page=Page.OBJECTION, number=objection.pk, about=[objection.unit], at=at,
    )  # fmt: skip


@on(ObjectionAnswered)
def tell_that_it_was_answered(event: ObjectionAnswered, *, event_id: int, at: datetime) -> None:
    """The unit's compilers and heads."""
    objection = _objection(event.objection_id)

    def words(language: str) -> str:
        if objection.state == ObjectionState.CORRECTED:
            said = _(
                "The objection of %(unit)s to a score of form %(form)s, period %(period)s: assessment corrected."
            )
        else:
            said = _(
                "The objection of %(unit)s to a score of form %(form)s, period %(period)s: assessment upheld."
            )
        return said % _named(objection, language)

    people = notices.people_at([objection.unit], REPORTERS, sees=Page.OBJECTION.sees, at=at)
    notices_services.tell(
        people.get(objection.unit_id, []), key=f"objection.answered:{objection.pk}", words=words,
        page=Page.OBJECTION, number=objection.pk, about=[objection.unit], at=at,
    )  # fmt: skip


def _objection(number: int) -> Objection:
    return Objection.objects.select_related("unit").get(pk=number)


def _named(objection: Objection, language: str) -> dict[str, str]:
    return {
        "unit": objection.unit.name(language),
        "form": objection.form_code,
        "period": Period.parse(objection.period_key).label(language),
        "day": f"{objection.due_on:%d/%m/%Y}",
    }
