"""The drugs that a user leaves out of Qualified."""

from screen.errors import InputError
from screen.records import drug_key
from screen.settings import Ranking
from screen.store import Store


def ids_of(store: Store, ranking: Ranking) -> list[str]:
    """Ids of the drugs that are left out of Qualified.

    Raises
    ------
    InputError
        A name that is not known to the store.
    """
    names = ranking.excluded_drugs
    known = {row["drug_key"]: row["drug_id"] for row in store.sql("FROM drug_keys").to_dicts()} if names else {}
    for name in names:
        if drug_key(name) not in known:
            raise InputError(
                f"unknown drug {name!r}",
                where="ranking.excluded_drugs",
                remedy="give a name that is listed by: crescreen export drugs --out drugs.csv",
            )
    return sorted({known[drug_key(name)] for name in names})
