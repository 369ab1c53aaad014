"""`python -m giamsat.config …` is `giamsat …`."""

from giamsat.config.cli import app

app()
