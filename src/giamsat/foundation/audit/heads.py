"""Signed heads: what the chain was, written outside the database in a hand only this house has.

``DATA_DIR/audit/heads.jsonl`` gets a line an hour and a line for each purge; ``DATA_DIR/audit/latest.json`` the newest
head after each sealing. The private key is ``DATA_DIR/keys/audit.ed25519`` (0600), in no backup; public keys stay
beside the heads, so that a restored house can still verify what another one signed.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from giamsat.foundation.audit.rules import canonical
from giamsat.lib.files import write_once


@dataclass(frozen=True)
class Line:
    """One signed line; ``genuine`` when its signature and its place after the line before both hold."""

    number: int
    body: dict[str, Any]
    genuine: bool


def heads_file() -> Path:
    return settings.DATA_DIR / "audit" / "heads.jsonl"


def latest_file() -> Path:
    return settings.DATA_DIR / "audit" / "latest.json"


def key_file() -> Path:
    return settings.DATA_DIR / "keys" / "audit.ed25519"


def append(body: dict[str, Any]) -> None:
    """Add a signed line that names the line before it, and make sure it is on the disk."""
    file = heads_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = file.read_bytes().splitlines() if file.exists() else []
    previous = hashlib.sha256(lines[-1]).hexdigest() if lines else ""
    with file.open("ab") as handle:
        handle.write(_signed({**body, "after": previous}) + b"\n")
        handle.flush()
        os.fsync(handle.fileno())


def keep_latest(body: dict[str, Any]) -> None:
    """Replace the newest head in one step; a crash leaves the old one or the new one."""
    file = latest_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_bytes(_signed(body))
    unfinished.replace(file)


def lines() -> Iterator[Line]:
    """Every line of the file, judged by the signatures of the keys this house knows."""
    if not heads_file().exists():
        return
    previous = ""
    for number, raw in enumerate(heads_file().read_bytes().splitlines(), start=1):
        body = _opened(raw)
        genuine = body is not None and body.get("after") == previous
        yield Line(number, body or {}, genuine)
        previous = hashlib.sha256(raw).hexdigest()


def latest() -> Line | None:
    """The newest head, or None before the first sealing."""
    if not latest_file().exists():
        return None
    body = _opened(latest_file().read_bytes())
    return Line(0, body or {}, body is not None)


def fingerprint(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _signed(body: dict[str, Any]) -> bytes:
    key = _private_key()
    body = {**body, "key": fingerprint(key.public_key())}
    return canonical({"body": body, "signature": key.sign(canonical(body)).hex()})


def _opened(raw: bytes) -> dict[str, Any] | None:
    try:
        signed = json.loads(raw)
        body, signature = signed["body"], bytes.fromhex(signed["signature"])
        _public_keys()[body["key"]].verify(signature, canonical(body))
    except (ValueError, KeyError, TypeError, InvalidSignature):
        return None
    return body


def _private_key() -> Ed25519PrivateKey:
    """This house's key, made on first use, readable by its owner only."""
    file = key_file()
    if not file.exists():
        write_once(file, Ed25519PrivateKey.generate().private_bytes_raw())
    key = Ed25519PrivateKey.from_private_bytes(file.read_bytes())
    _keep_public(key.public_key())
    return key


def _keep_public(key: Ed25519PublicKey) -> None:
    file = heads_file().parent / f"{fingerprint(key)}.pub"
    if not file.exists():
        pem = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        write_once(file, pem)


def _public_keys() -> dict[str, Ed25519PublicKey]:
    keys = [
        serialization.load_pem_public_key(file.read_bytes()) for file in heads_file().parent.glob("*.pub")
    ]
    if key_file().exists():
        keys.append(Ed25519PrivateKey.from_private_bytes(key_file().read_bytes()).public_key())
    return {fingerprint(key): key for key in keys if isinstance(key, Ed25519PublicKey)}
