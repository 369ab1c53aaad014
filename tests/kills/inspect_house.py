"""Look a house over from inside, as its own commands do: the chain, the files against the reports, one figure each.

Run as a program; prints what it found as JSON.
"""

import json

import django


def main() -> None:
    django.setup()

    from giamsat.analysis.warehouse import queries as figures
    from giamsat.analysis.warehouse import services as warehouse
    from giamsat.foundation.audit import services as audit
    from giamsat.lib import clock

    audit.seal_pending(at=clock.now())
    chain = audit.verify()
    reconciled = warehouse.reconcile(at=clock.now())
    published = figures.figures(["A04"], [f"2026-M{month:02}" for month in range(1, 10)])
    print(
        json.dumps(
            {
                "chain": [str(problem) for problem in chain.problems],
                "warehouse": [str(problem) for problem in reconciled.problems],
                "behind": reconciled.behind,
                "published": sorted(
                    (each.unit_id, each.period_key, int(each.value))
                    for each in published
                    if each.value is not None
                ),
            }
        )
    )


if __name__ == "__main__":
    main()
