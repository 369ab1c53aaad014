"""Fixed words of quality."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Severity(TextChoices):
    """E blocks a report, W needs an explanation, I informs."""

    ERROR = "E", _("blocks")
    WARNING = "W", _("needs an explanation")
    INFORMATION = "I", _("informs")


class Stage(TextChoices):
    """When a rule is put to a report. What the schedule finds never blocks: the report was accepted as it stands."""

    ENTRY = "entry", _("as figures are typed or arrive")
    SUBMIT = "submit", _("when the head sends the report")
    CONSOLIDATION = "consolidation", _("when a sum over units is made")
    SCHEDULE = "schedule", _("every night, over what was sent")


class Effect(TextChoices):
    """What a finding does beside being shown."""

    NONE = "none", _("none")
    SUPPRESS = "suppress", _("the cell is hidden from outsiders")


class Score(TextChoices):
    """The four words: đúng, đủ, sạch, sống."""

    CORRECT = "correct", _("correct")
    COMPLETE = "complete", _("complete")
    CLEAN = "clean", _("clean")
    LIVE = "live", _("live")


class Part(TextChoices):
    """What each score is made of (handbook §6.2)."""

    RULES = "rules", _("rules passed")
    REGISTER = "register", _("agrees with the register of files")
    SAMPLES = "samples", _("verified samples true")
    STABILITY = "stability", _("not corrected after locking")
    REQUIRED = "required", _("required cells filled")
    CHILDREN = "children", _("units below have reported")
    ATTACHMENTS = "attachments", _("attachments and signatures present")
    UNIQUE = "unique", _("nothing twice")
    CODES = "codes", _("codes valid")
    FORMATS = "formats", _("formats, units and dates right")
    AGREEMENT = "agreement", _("same fact equal across forms")
    TIMELINESS = "timeliness", _("on time")
    FRESHNESS = "freshness", _("register kept up to date")
    CONNECTOR = "connector", _("connector alive")
    USE = "use", _("really used")


class Band(TextChoices):
    """How a score is shown."""

    GOOD = "good", _("good")
    MET = "met", _("met")
    TO_IMPROVE = "to_improve", _("to improve")
    NOT_MET = "not_met", _("not met")
    NOT_ASSESSED = "not_assessed", _("not assessed")


class ObjectionState(TextChoices):
    """What became of a unit's objection to a part of a score."""

    OPEN = "open", _("awaiting an answer")
    UPHELD = "upheld", _("assessment upheld")
    CORRECTED = "corrected", _("assessment corrected")
