"""Illustrations of a drug's mechanism, each with its control, from files that the user brings.

Nothing here is stored, and nothing enters a score or an order.
"""
