"""The company's paper: figures of the manual as form classes, and the rules by which they are filled in."""
