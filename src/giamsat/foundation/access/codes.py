"""One-time codes: what an administrator reads out, once, to a person who has no password yet."""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import Argon2PasswordHasher

LETTERS = "abcdefghjkmnpqrstuvwxyz"  # without those that look like digits
DIGITS = "23456789"
LIFE = timedelta(days=7)


class CodeHasher(Argon2PasswordHasher):
    """Argon2id at a small cost: 79 random bits need no stretching, and thousands are given at once.

    Signing in compares by the parameters kept in the hash; the first use stores it anew at the full cost.
    """

    time_cost = 1
    memory_cost = 8 * 1024
    parallelism = 1


def new_code() -> str:
    """Four groups a person can read out on the telephone."""
    groups = ["".join(secrets.choice(LETTERS + DIGITS) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


def hashed(code: str) -> str:
    hasher = CodeHasher()
    return hasher.encode(code, hasher.salt())
