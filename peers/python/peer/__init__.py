"""The modules of `main.py`. They use the standard library only. A module that only one variant needs is imported by
that variant, because every import makes the start of the program slower."""
