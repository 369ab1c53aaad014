"""An import-linter contract of our own: a room is entered by its doors."""

import re

from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """Code of one room may import another room only through the modules named as doors.

    ``rooms`` are patterns such as ``giamsat.intake.*``; ``keyholders`` may go anywhere (the wiring).
    """

    rooms = fields.ListField(subfield=fields.StringField())
    doors = fields.SetField(subfield=fields.StringField())
    keyholders = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph, verbose):
        trespasses = []
        for importer in sorted(graph.modules):
            if self._holds_a_key(importer):
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                if self._enters_by_the_wall(importer, imported):
                    trespasses.append((importer, imported))
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check):
        for importer, imported in check.metadata["trespasses"]:
            output.print_error(f"{importer} reaches inside {imported}", bold=False)
        output.print_error(f"Enter by one of: {', '.join(sorted(self.doors))}.", bold=False)

    def _holds_a_key(self, module):
        return any(module == key or module.startswith(f"{key}.") for key in self.keyholders or ())

    def _enters_by_the_wall(self, importer, imported):
        room, inside = self._place(imported)
        if room is None or not inside or self._place(importer)[0] == room:
            return False
        return inside.split(".")[0] not in self.doors

    def _place(self, module):
        """The room a module stands in and what follows its name; (None, "") outside every room."""
        for pattern in self.rooms:
            found = re.match(re.escape(pattern).replace(r"\*", r"[^.]+") + r"(?=\.|$)", module)
            if found:
                return found.group(), module[found.end() + 1 :]
        return None, ""
