"""Attacks on the product, seeded and in full counts; a small sample of each runs with the suite.

python -m tests.attack.mutants --count 10000
python -m tests.attack.mutants --count 2000 --structure
python -m tests.attack.kills --count 200
python -m tests.attack.full_disk --count 20
python -m tests.attack.changed_store --changes 100 --reports 300
python -m tests.attack.changed_reports --changes 1000
python -m tests.attack.concurrency --readers 20 --seconds 60
python -m tests.attack.guesses --count 1000000
python -m tests.attack.cluster --tasks 100000 --kills 20
"""
