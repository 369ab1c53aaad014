"""How totals divide by kind, position and content. Nothing of this was published: all shares are ours."""

from types import MappingProxyType as Frozen

Shares = Frozen[str, float]


def _of(**parts: float) -> Shares:
    whole = sum(parts.values())
    return Frozen({value: part / whole for value, part in parts.items()})


def named(values: tuple[str, ...], parts: tuple[float, ...]) -> Shares:
    return _of(**dict(zip(values, parts, strict=True)))


VIOLATIONS = (*(f"V{number:02}" for number in range(1, 22)), "V99")


def _violations(rest: float, **parts: float) -> Shares:
    """What is not named shares ``rest`` evenly: every content occurs."""
    unnamed = rest / (len(VIOLATIONS) - len(parts))
    return _of(**{value: parts.get(value, unnamed) for value in VIOLATIONS})


MEMBERS_BY_CONTENT = _violations(
    4, V14=18, V12=15, V21=14, V15=12, V06=10, V11=9, V04=6, V08=4, V07=4, V10=2, V02=2, V01=2
)
ORGANISATIONS_BY_CONTENT = _violations(
    4, V04=33, V02=22, V08=10, V07=9, V05=6, V06=5, V09=4, V01=3, V10=2, V17=2
)
ANOTHER_CONTENT = 0.35  # of subjects have a further content, in these shares

# who acts decides which organisations and positions it meets
TYPES = Frozen(
    {
        "former": _of(CU=12, BTV=4, BAN=6, UBKT=8, DUCS=28, CB=41, BCS=1),
        "points": _of(CU=40, BTV=18, BAN=12, UBKT=16, DUCS=10, CB=4),
        "communes": _of(CU=2, BTV=1, BAN=7, UBKT=5, DUCS=25, CB=60),
    }
)
# of those disciplined who sit on a committee; who does not holds no position
COMMITTEES = Frozen(
    {
        "former": _of(TW=0.3, TINH=1.7, XA=13, CS=35, CB=50),
        "points": _of(TW=2, TINH=10, XA=48, CS=25, CB=15),
        "communes": _of(XA=15, CS=33, CB=52),
    }
)
NO_POSITION = "KHONG"

PROBATIONARY = 0.023  # of members
FULL_TIME = 0.18  # of members of commissions
COMMITTEE_OF_CELLS = 0.4  # of grassroots organisations: a grassroots committee, the others are cells

LETTERS_BY_CHANNEL = _of(TRUCTIEP=30, BUUCHINH=62, SO=8)
# of members denounced: who has power over others is denounced more than who has none
DENOUNCED = Frozen(
    {
        "former": _of(TW=0.5, TINH=4, XA=35, CS=22, CB=20, KHONG=18.5),
        "points": _of(TW=3, TINH=22, XA=55, CS=8, CB=4, KHONG=8),
        "communes": _of(XA=38, CS=22, CB=22, KHONG=18),
    }
)

DECLARATIONS = _of(LANDAU=4, BOSUNG=10, HANGNAM=80, CANBO=6)
DECLARED_IN = (0.04, 0.06, 0.10, 0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.03, 0.15, 0.50)  # months
DOCUMENTS = _of(NQ=20, CT=17, KL=33, QD=18, KHAC=12)
SECTORS = _of(S01=24, S02=14, S03=9, S04=10, S05=10, S06=5, S07=4, S08=7, S09=8, S10=6, S11=3)
ALERTS = _of(SOLIEU=45, CHITIEU=20, QUAHAN=30, KHAC=5)
SESSIONS = _of(GIAOBAN=70, CHUYENDE=22, TINHHUONG=8)
INCIDENTS = _of(THAP=70, TB=22, CAO=7, NGHIEMTRONG=1)
