"""The wrong form, unit or period, or nothing that is owed."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.intake.sources.errors.base import SourceRefusal, period_in_words

SHOWN_KEYS = 6


class WrongFormVersion(SourceRefusal):
    code = "source.wrong_form_version"

    def __init__(self, form_code: str, version: object, period_key: str, right: object) -> None:
        super().__init__(
            _(
                "This file was filled in on form %(form)s version %(version)s, but %(period)s is "
                "reported on version %(right)s. Download the form for %(period)s again and copy the "
                "figures over."
            )
            % {"form": form_code, "version": version, "period": period_in_words(period_key), "right": right},
            form=form_code,
            version=version,
            period=period_key,
            right=right,
        )


class FormUnknown(SourceRefusal):
    code = "source.form_unknown"

    def __init__(self, form_code: str, **facts: Any) -> None:
        super().__init__(
            _("There is no form %(form)s. Download the form from the entry page and fill that one in.")
            % {"form": form_code or "—"},
            form=form_code,
            **facts,
        )


class CellAskedTwice(SourceRefusal):
    """Of a form that is being published, never of a report."""

    code = "source.cell_asked_twice"

    def __init__(
        self, one: str, other: str, keys: Sequence[str], kinds: Sequence[str], levels: Sequence[int]
    ) -> None:
        shown = ", ".join(keys[:SHOWN_KEYS]) + (", …" if len(keys) > SHOWN_KEYS else "")
        super().__init__(
            _(
                "Forms %(one)s and %(other)s both ask units of level %(levels)s for %(cells)s in periods "
                "%(kinds)s. A figure is asked once, so that two answers never differ: leave it on one of them."
            )
            % {
                "one": one,
                "other": other,
                "levels": ", ".join(map(str, levels)),
                "cells": shown,
                "kinds": ", ".join(kinds),
            },
            forms=[one, other],
            cells=list(keys),
            period_kinds=list(kinds),
            levels=list(levels),
        )


class WrongUnit(SourceRefusal):
    code = "source.wrong_unit"

    def __init__(self, unit_code: str, problem: str, **facts: Any) -> None:
        super().__init__(
            _("The file speaks for unit %(unit)s: %(problem)s. Send the file of your own unit.")
            % {"unit": unit_code or "—", "problem": problem},
            unit=unit_code,
            **facts,
        )


class WrongPeriod(SourceRefusal):
    code = "source.wrong_period"

    def __init__(self, period_key: str, problem: str, **facts: Any) -> None:
        super().__init__(
            _("Period %(period)s: %(problem)s. Choose the period on the entry page and download its form.")
            % {"period": period_in_words(period_key), "problem": problem},
            period=period_key,
            **facts,
        )


class ClosedPeriod(SourceRefusal):
    code = "source.closed_period"
    status = HTTPStatus.CONFLICT

    def __init__(self, period_key: str, state: str) -> None:
        if state == PeriodState.LOCKED:
            sentence = _(
                "Period %(period)s is %(state)s: its figures are official and no longer change. Correct "
                "what is wrong in the report of the next period, and say so there."
            )
        else:
            sentence = _(
                "Period %(period)s is %(state)s and takes no more reports. To correct a figure, ask the data "
                "administrator to open it again; the level above then re-opens your report."
            )
        super().__init__(
            sentence % {"period": period_in_words(period_key), "state": PeriodState(state).label},
            period=period_key,
            state=state,
        )


class PeriodNotBegun(SourceRefusal):
    code = "source.period_not_begun"
    status = HTTPStatus.CONFLICT

    def __init__(self, period_key: str, starts_on: date) -> None:
        super().__init__(
            _("Period %(period)s begins on %(day)s. It takes reports from that day.")
            % {"period": period_in_words(period_key), "day": f"{starts_on:%d/%m/%Y}"},
            period=period_key,
            starts_on=starts_on.isoformat(),
        )


class ClosedUnit(SourceRefusal):
    code = "source.closed_unit"

    def __init__(self, unit_code: str, unit_name: str, closed_on: date, successors: list[str]) -> None:
        self.successors = successors
        super().__init__(
            _(
                "%(unit)s (%(code)s) was closed by a merger on %(day)s. Its work goes on in "
                "%(successors)s: report there."
            )
            % {
                "unit": unit_name,
                "code": unit_code,
                "day": f"{closed_on:%d/%m/%Y}",
                "successors": ", ".join(successors) or "—",
            },
            unit=unit_code,
            closed_on=closed_on.isoformat(),
            successors=successors,
        )


class NotObliged(SourceRefusal):
    code = "source.not_obliged"

    def __init__(self, unit_name: str, form_code: str, period_key: str, *, basis: str = "") -> None:
        """``basis``: the one asked for, where the unit owes the form on another."""
        if basis:
            sentence = _(
                "%(unit)s reports form %(form)s for %(period)s, but not with basis “%(basis)s”. Write the basis "
                "as its list of duties has it."
            )
        else:
            sentence = _(
                "%(unit)s does not report form %(form)s for %(period)s. Choose a form from its list of duties."
            )
        words = {"unit": unit_name, "form": form_code, "period": period_in_words(period_key)}
        super().__init__(
            sentence % (words | {"basis": _basis_in_words(basis)}),
            unit=unit_name,
            form=form_code,
            period=period_key,
            basis=basis,
        )


def _basis_in_words(basis: str) -> str:
    return f"{basis} ({Basis(basis).label})" if basis in Basis.values else basis
