"""What the records say of pairs of a drug and an indication, beside what is predicted of them."""

import polars as pl

from screen.store import Store


def labels(store: Store, pairs: pl.DataFrame) -> pl.DataFrame:
    """Prediction crossed with record: Proved, Promising, Inefficient, Contradicted or Not searched.

    Parameters
    ----------
    pairs : drug_id, indication and efficient (Boolean, the prediction; null gives no label), one row a pair

    Returns
    -------
    drug_id, indication, efficient, recorded, searched and label over all kinds of evidence; recorded_trial,
    searched_trial and label_trial over trials alone. One row a pair, by drug_id and indication. An indication that
    stands for several is recorded where one of them is, searched where all of them are.
    """
    return store.query("labels", {"pairs": pairs})


def marks(store: Store, pairs: pl.DataFrame) -> pl.DataFrame:
    """What each kind of evidence (label, trial, hub) holds on pairs of a drug and an indication.

    Parameters
    ----------
    pairs : drug_id and indication

    Returns
    -------
    drug_id, indication, kind, recorded, searched: one row a pair and kind, in this order.
    """
    return store.query("marks", {"pairs": pairs})
