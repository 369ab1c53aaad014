"""What import-linter cannot see: foreign keys named by text, and rooms without a word about themselves."""

from configparser import ConfigParser
from pathlib import Path

from django.apps import apps

REPOSITORY = Path(__file__).resolve().parents[1]
FLOORS = ("front", "analysis", "intake", "foundation")


def contracts() -> ConfigParser:
    plan = ConfigParser()
    plan.read(REPOSITORY / ".importlinter")
    return plan


def rooms_from_the_top() -> list[str]:
    plan = contracts()
    return [
        f"giamsat.{floor}.{room}"
        for floor in FLOORS
        for room in plan[f"importlinter:contract:{floor}"]["layers"].split()
        if not room.startswith("(")
    ]


def test_what_holds_in_every_room_is_asked_of_every_floor():
    """Floors still to be built too, so that their first room finds its walls standing."""
    plan = contracts()
    layers = [each.strip("()") for each in plan["importlinter:contract:floors"]["layers"].split()]
    asked = (("furniture", "containers"), ("doors", "rooms"), ("duckdb", "source_modules"))
    missing = [
        f"{contract}: {floor}"
        for contract, words in asked
        for floor in layers
        if floor not in ("config", "lib")
        and f"giamsat.{floor}" not in plan[f"importlinter:contract:{contract}"][words]
    ]
    assert missing == []


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
