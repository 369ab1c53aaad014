"""Which cells of persons can be worked out from which others, as the rules' own equalities say."""

from giamsat.analysis.warehouse.persons import sums_among
from giamsat.foundation.access.queries import Sum
from giamsat.intake.quality.identities import identities_in
from tools.definitions import all_rules


def test_findings_on_denunciations_give_away_those_settled_beside_a_figure_everybody_knows(country):
    """R-24: H12 to H15 add up to H09, which counts no persons and is told, and H11, which does."""
    keys = ("H11", "H12", "H13", "H14", "H15")

    assert sums_among(keys, identities_in(all_rules())) == (Sum(0, (1, 2, 3, 4)),)


def test_a_sum_of_which_a_part_stands_elsewhere_gives_nothing_away(country):
    assert sums_among(("H11", "H12", "H13", "H14"), identities_in(all_rules())) == ()
