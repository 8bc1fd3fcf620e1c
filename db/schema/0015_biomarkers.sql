-- Known biomarkers of drugs, from a table that the user brings: a row a record and drug.
CREATE TABLE biomarker_records (
    source_id   VARCHAR NOT NULL,
    origin      VARCHAR NOT NULL,    -- CIViC | OncoKB
    record_id   VARCHAR NOT NULL,    -- EID..., or the line of a table without ids
    profile     VARCHAR NOT NULL,    -- as written: BRAF V600E
    genes       VARCHAR[] NOT NULL,  -- of the profile; empty: a state of the whole tumour (MSI-H)
    alteration  VARCHAR NOT NULL,    -- what is left of the profile: V600E, Amplification; '' of joined profiles
    drug_key    VARCHAR NOT NULL,
    drug_name   VARCHAR NOT NULL,
    combination BOOLEAN NOT NULL,    -- given with another drug
    disease     VARCHAR,
    level       VARCHAR NOT NULL,    -- of evidence, as the origin grades it
    effect      VARCHAR NOT NULL,    -- sensitivity | resistance | reduced sensitivity | adverse response | no ...
    citation    VARCHAR
);
