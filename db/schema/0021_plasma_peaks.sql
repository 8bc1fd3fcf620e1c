-- What a patient's plasma reaches of a drug, from a table that the user brings: a row a drug and source.
CREATE TABLE plasma_peaks (
    source_id VARCHAR NOT NULL,
    drug_key  VARCHAR NOT NULL,
    drug_name VARCHAR NOT NULL,
    peak_uM   DOUBLE NOT NULL,
    unbound   DOUBLE,             -- share not bound to protein; NULL: not given
    citation  VARCHAR NOT NULL
);
