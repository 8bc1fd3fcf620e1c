"""Attacks on the product, seeded and in full counts: ``python -m tests.attack.NAME --count N``.

A small sample of each runs with the suite; CONTRIBUTING says what the full counts are.
"""
