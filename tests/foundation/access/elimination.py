"""What follows from a list of sums: elimination in whole numbers modulo a large prime, by nobody's code but this."""

import numpy as np

PRIME = 2_147_483_647


class Solved:
    """Sums, each ``{unknown: factor}``, reduced so far that every line begins with an unknown no other line holds.

    What they add up to is left out: whether a number follows depends on which sums are known, not on what they say.
    """

    def __init__(self, lines):
        unique = {frozenset(line.items()) for line in lines}
        self.known = {next(iter(line))[0] for line in unique if len(line) == 1}
        rest = [self._open_part(dict(line)) for line in unique]
        self.unknowns = sorted({key for line in rest for key in line}, key=str)
        self.column = {key: place for place, key in enumerate(self.unknowns)}
        matrix = np.zeros((len(rest), len(self.unknowns)), np.int64)
        for row, line in enumerate(rest):
            for key, factor in line.items():
                matrix[row, self.column[key]] = factor % PRIME
        self.pivots, self.matrix = _reduced(matrix)

    def determined(self):
        """Unknowns for which one number is left."""
        alone = (self.matrix != 0).sum(axis=1) == 1
        return self.known | {
            self.unknowns[pivot] for pivot, lonely in zip(self.pivots, alone, strict=True) if lonely
        }

    def tells(self, wanted):
        """Whether a combination of unknowns follows."""
        line = np.zeros(len(self.unknowns), np.int64)
        for key, factor in self._open_part(wanted).items():
            if key not in self.column:
                return False
            line[self.column[key]] = factor % PRIME
        for row, pivot in enumerate(self.pivots):
            line = (line - line[pivot] * self.matrix[row]) % PRIME
        return not line.any()

    def _open_part(self, line):
        return {key: factor for key, factor in line.items() if key not in self.known}


def determined(lines):
    return Solved(lines).determined()


def _reduced(matrix):
    matrix = np.unique(matrix, axis=0)
    pivots = []
    row = 0
    for column in range(matrix.shape[1]):
        found = np.flatnonzero(matrix[row:, column])
        if not len(found):
            continue
        matrix[[row, row + found[0]]] = matrix[[row + found[0], row]]
        matrix[row] = matrix[row] * pow(int(matrix[row, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(matrix[:, column])
        others = others[others != row]
        matrix[others] = (matrix[others] - matrix[others, column][:, None] * matrix[row]) % PRIME
        pivots.append(column)
        row += 1
        if row == len(matrix):
            break
    return pivots, matrix[:row]
