"""What `main.py` consists of. Standard library only; imports that only one variant needs are made
by that variant, because each costs every start."""
