"""Loading of rules from definitions/rules. A published version never changes; loading only adds versions."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.services import Loaded, read_definition
from giamsat.intake.quality.definition import Rule, RuleWrong, read_rule
from giamsat.intake.quality.errors import RuleChanged, RuleInvalid
from giamsat.intake.quality.models import RuleVersion
from giamsat.intake.quality.naming import unknown_names


@transaction.atomic
def load_rules(folder: Path, *, at: datetime) -> Loaded:
    """Load every rule file of a folder; all of it, or nothing when one is wrong."""
    published = {(each.code, each.version): each.content for each in RuleVersion.objects.all()}
    loaded = Loaded()
    for file in sorted(folder.glob("*.yaml")):
        loaded += _add(file.name, read_definition(file), published, at)
    catalogue.forget()
    return loaded


@transaction.atomic
def publish_rule(content: dict[str, Any], *, at: datetime) -> Loaded:
    """Add one rule as its file would be, and refuse it as that would be."""
    code, version = content["code"], content["version"]
    standing = RuleVersion.objects.filter(code=code, version=version)
    published = {(each.code, each.version): each.content for each in standing}
    loaded = _add(f"{code}.v{version}.yaml", content, published, at)
    catalogue.forget()
    return loaded


def _add(file: str, content: Any, published: dict[tuple[str, int], Any], at: datetime) -> Loaded:
    rule = _read(file, content)
    standing = published.get((rule.code, rule.version))
    if standing is None:
        _row(rule, content, at).save()
        published[rule.code, rule.version] = content
        return Loaded([f"{rule.code} v{rule.version}"])
    if diff := catalogue.difference(standing, content):
        raise RuleChanged(rule.code, rule.version, diff)
    return Loaded(unchanged=1)


def _read(file: str, content: Any) -> Rule:
    try:
        rule = read_rule(content)
        unknown = unknown_names(content)
    except RuleWrong as wrong:
        first = wrong.problems[0]
        raise RuleInvalid(file, first.what, first.position) from wrong
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleInvalid(file, str(error)) from error
    if unknown:
        raise RuleInvalid(file, unknown[0].what, unknown[0].position)
    return rule


def _row(rule: Rule, content: dict[str, Any], at: datetime) -> RuleVersion:
    return RuleVersion(
        code=rule.code,
        version=rule.version,
        severity=rule.severity,
        name_vi=rule.name["vi"],
        name_en=rule.name["en"],
        valid_from=rule.valid_from,
        content=content,
        published_at=at,
    )
