"""What import-linter cannot see: foreign keys named by text, and rooms without a word about themselves."""

from configparser import ConfigParser
from pathlib import Path

from django.apps import apps

REPOSITORY = Path(__file__).resolve().parents[1]
FLOORS = ("front", "analysis", "intake", "foundation")


def rooms_from_the_top() -> list[str]:
    plan = ConfigParser()
    plan.read(REPOSITORY / ".importlinter")
    return [
        f"giamsat.{floor}.{room}"
        for floor in FLOORS
        for room in plan[f"importlinter:contract:{floor}"]["layers"].split()
        if not room.startswith("(")
    ]


def test_foreign_keys_look_upstream():
    height = {room: -place for place, room in enumerate(rooms_from_the_top())}

    downward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model
        and height.get(model._meta.app_config.name, 1)
        < height.get(field.related_model._meta.app_config.name, -99)
    ]  # fmt: skip

    assert downward == []


def test_every_room_says_what_it_keeps():
    silent = [
        room
        for room in rooms_from_the_top()
        if not (REPOSITORY / "src" / room.replace(".", "/") / "README.md").is_file()
    ]
    assert silent == []


def test_every_setting_is_in_the_manual():
    manual = (REPOSITORY / "docs" / "settings.md").read_text()
    sources = [
        (REPOSITORY / "src/giamsat/config" / name).read_text() for name in ("settings.py", "environment.py")
    ]
    named = {
        word.strip("\"',()[]") for text in sources for word in text.split('"') if word.startswith("GIAMSAT_")
    }
    assert [name for name in sorted(named) if f"`{name}`" not in manual] == []
