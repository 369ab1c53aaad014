from giamsat.front.console.trends import unbroken


def test_a_cumulative_line_that_falls_is_drawn_from_where_it_began_anew():
    assert unbroken([1500, 5100, 950, 2000]) == [None, None, 950, 2000]


def test_gaps_and_rises_stay_as_they_are():
    assert unbroken([None, 3, None, 7]) == [None, 3, None, 7]
