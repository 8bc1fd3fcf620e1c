"""Response of single cells from bulk: scDEAL and ATSDP-NET as rows of one table, their training, bundle and scoring."""
