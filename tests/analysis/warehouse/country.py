"""Helpers of these tests: a small tree, reports in force on the real forms, and figures by name."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

AT = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)


class Country:
    """Units by short names: P1 and P2 lie in the north, P3 in the south; C11 is the first commune of P1."""

    def __init__(self, units):
        self.units = units
        self.clock = AT

    def __getitem__(self, name):
        return self.units[name]

    def name(self, unit_id):
        return next(name for name, unit in self.units.items() if unit.pk == unit_id)

    @transaction.atomic
    def accept(self, name, period="2026-9M", form="BM05", basis="own", status="TIEP_NHAN", **cells):
        """Put figures in force as observations do, and tell; cells are named D01 or D01_XA. Returns the report."""
        from giamsat.foundation.outbox import services as outbox
        from giamsat.intake.observations.events import ReportAccepted
        from giamsat.intake.observations.models import Report

        report, _ = Report.objects.get_or_create(
            unit=self.units[name], form_code=form, period_key=period, basis=basis
        )
        version = self._next_version(report, cells)
        if report.in_force_id:
            report.versions.filter(pk=report.in_force_id).update(superseded_at=self.clock)
        report.current = report.in_force = version
        report.status, report.accepted_at = status, self.clock
        report.save()
        outbox.announce(ReportAccepted(report.pk, report.unit_id, report.form_code, report.period_key))
        return report

    def add_commune(self, name):
        """One more commune, in the place its name says."""
        path = ["0001", f"000{name[1]}", f"000{name[2]}"]
        self.units[name] = add(name, path, 2, "commune")

    @transaction.atomic
    def move(self, report, status):
        """Consolidate or lock a report, take its acceptance back: the same figures in another state."""
        from giamsat.foundation.outbox import services as outbox
        from giamsat.intake.observations.events import ReportsMoved

        back = {"returned_at": self.clock, "return_reason": "again"} if status == "TRA_LAI" else {}
        type(report).objects.filter(pk=report.pk).update(status=status, **back)
        outbox.announce(ReportsMoved(status, report.period_key, [report.pk]))

    @transaction.atomic
    def withdraw(self, report):
        """Take a report's figures out of force, whatever the reason."""
        from giamsat.foundation.outbox import services as outbox
        from giamsat.intake.observations.events import ReportReturned

        type(report).objects.filter(pk=report.pk).update(status="NHAP", in_force=None, accepted_at=None)
        outbox.announce(ReportReturned(report.pk, report.unit_id, report.form_code, report.period_key))

    def _next_version(self, report, cells):
        from giamsat.intake.observations.models import ReportVersion
        from giamsat.intake.sources import queries as sources
        from giamsat.lib.periods import Period

        form = sources.form_for(report.form_code, Period.parse(report.period_key))
        keyed = {key.replace("_", ".lvl="): value for key, value in cells.items()}
        assert keyed.keys() <= form.cell_by_key.keys()
        values = [keyed.get(cell.key) for cell in form.cells]
        self.clock += timedelta(seconds=1)
        return ReportVersion.objects.create(
            report=report, number=report.versions.count() + 1, form=form, values=values,
            recorded_at=self.clock, recorded_by_name="compiler", accepted_at=self.clock,
        )  # fmt: skip

    def publish(self):
        """Deliver the news and publish, as the worker does."""
        from giamsat.analysis.warehouse import services
        from giamsat.foundation.outbox import services as outbox

        outbox.deliver_now(at=self.clock)
        self.clock += timedelta(seconds=1)
        return services.publish_pending(at=self.clock)

    def figure(self, name, indicator="D01", period="2026-9M", **asked):
        """One figure: of a unit itself by its name, of a place under it by level."""
        from giamsat.analysis.warehouse import queries

        level = asked.pop("level", None)
        if name in self.units:
            asked["units"] = [self.units[name].pk]
        found = queries.figures([indicator], [period], level=level, **asked)
        return next((each for each in found if name in self.units or each.place == name), None)

    def value(self, name, indicator="D01", period="2026-9M", **asked):
        found = self.figure(name, indicator, period, **asked)
        return found and found.value


def plant() -> Country:
    """Plant the tree; the root stands alone."""
    units = {"TW": add("TW", ["0001"], 0, "centre")}
    for number, region in [("1", "north"), ("2", "north"), ("3", "south")]:
        units[f"P{number}"] = add(f"P{number}", ["0001", f"000{number}"], 1, "province", region)
    for commune in ["C11", "C12", "C21", "C31", "C32"]:
        path = ["0001", f"000{commune[1]}", f"000{commune[2]}"]
        units[commune] = add(commune, path, 2, "commune")
    return Country(units)


def add(code, path, level, kind, region=""):
    from giamsat.foundation.units.models import Unit

    return Unit.objects.create(
        path="".join(path), depth=len(path), vintage="2025-07", code=code, name_vi=code, name_en=code,
        folded=code.lower(), sort_key=code.lower(), level=level, kind=kind, region=region,
        commission_kind="ubkt", valid_from=date(2025, 7, 1),
    )  # fmt: skip


def exactly(number):
    return Decimal(str(number)).quantize(Decimal("0.0001"))
