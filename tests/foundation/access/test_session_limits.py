"""How long a session may last, however it is used."""

import pytest

from giamsat.foundation.access.middleware import BEGAN_AT, SEEN_AT
from tests.foundation.access.test_sign_in import (
    HOME,
    LOGIN,
    PASSWORD,
    a_house_of_one_room,  # noqa: F401 - the same house
    is_signed_in,
    officer,  # noqa: F401 - and the same person
    sign_in,
)

HOUR = 3600


@pytest.fixture
def signed_in(client, officer):  # noqa: F811
    sign_in(client, "officer", PASSWORD)
    return officer


def set_back(client, seconds, *names):
    """As if so much time had passed since."""
    session = client.session
    for name in names:
        session[name] -= seconds
    session.save()


def test_a_session_in_use_all_day_ends_all_the_same(client, signed_in, settings):
    for _half_hour in range(settings.SESSION_COOKIE_AGE // HOUR * 2 - 1):
        set_back(client, HOUR // 2, BEGAN_AT, SEEN_AT)
        assert client.get(HOME).status_code == 200
    set_back(client, HOUR // 2, BEGAN_AT, SEEN_AT)

    answer = client.get(HOME)

    assert answer["Location"].startswith(LOGIN)
    assert not is_signed_in(client)
    assert signed_in.sign_ins.get().ended_because == "worn_out"


def test_a_session_that_began_before_this_was_counted_begins_now(client, signed_in):
    session = client.session
    del session[BEGAN_AT]
    session.save()

    assert client.get(HOME).status_code == 200
    assert client.session[BEGAN_AT] >= client.session[SEEN_AT]
