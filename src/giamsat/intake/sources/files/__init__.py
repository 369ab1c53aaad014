"""Files as people send them: looked at before opened, read cell by cell, and the templates they fill in."""
