-- Drug encoders: safetensors bytes, never pickles.
CREATE TABLE drug_encoders (
    encoder_id VARCHAR PRIMARY KEY,        -- 16 hex digits of SHA-256 over the weights
    name       VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,           -- gcn | gin
    toy        BOOLEAN NOT NULL,
    weights    BLOB NOT NULL
);
CREATE TABLE drug_embeddings (
    drug_id    VARCHAR NOT NULL,
    encoder_id VARCHAR NOT NULL,
    embedding  FLOAT[300] NOT NULL,
    PRIMARY KEY (drug_id, encoder_id)
);
-- A bundle: manifest (JSON) and weights (safetensors); screen.models.bundle reads and writes both.
CREATE TABLE models (
    model_id   VARCHAR PRIMARY KEY,        -- 16 hex digits over manifest and weights
    indication VARCHAR NOT NULL,
    name       VARCHAR NOT NULL,           -- dsn-adv, ...
    manifest   VARCHAR NOT NULL,
    weights    BLOB NOT NULL,
    trained    BIGINT NOT NULL             -- counts up; the newest of an indication is the current one
);
CREATE TABLE evaluations (
    evaluation_id VARCHAR NOT NULL,        -- content hash of the protocol's manifest
    protocol   VARCHAR NOT NULL,           -- lines | patients | ...
    model      VARCHAR NOT NULL,
    metric     VARCHAR NOT NULL,
    stratum    VARCHAR NOT NULL,
    indication VARCHAR,                    -- NULL where it is not of one indication
    value      DOUBLE,                     -- NULL: not evaluable, see note
    low        DOUBLE,                     -- 95% interval
    high       DOUBLE,
    n          BIGINT NOT NULL,
    n_positive BIGINT,
    note       VARCHAR
);
-- A run: one model applied to the patients of one indication with one drug library.
CREATE TABLE runs (
    run_id     VARCHAR PRIMARY KEY,        -- 16 hex digits over model, library and settings
    indication VARCHAR NOT NULL,
    model_id   VARCHAR NOT NULL,
    settings   VARCHAR NOT NULL,           -- JSON
    ranked     BIGINT NOT NULL             -- counts up; the newest of an indication is the current one
);
CREATE TABLE run_drugs (
    run_id  VARCHAR NOT NULL,
    drug_id VARCHAR NOT NULL,              -- scored drugs, and those left out
    scored  BOOLEAN NOT NULL,
    reason  VARCHAR                        -- why a drug was left out
);
CREATE TABLE run_patients (
    run_id        VARCHAR NOT NULL,
    patient_id    VARCHAR NOT NULL,
    source_id     VARCHAR NOT NULL,        -- profile used
    sample_id     VARCHAR NOT NULL,
    genes_found   INTEGER NOT NULL,
    genes_missing VARCHAR[] NOT NULL,
    profiles_unused VARCHAR[] NOT NULL,    -- 'dataset (unit): reason'
    domain_distance DOUBLE,                -- to the reference patients, in the model's frame
    domain_percentile DOUBLE,              -- of that distance among reference patients, 0..1
    inside_domain BOOLEAN
);
CREATE TABLE scores (
    run_id       VARCHAR NOT NULL,
    patient_id   VARCHAR NOT NULL,
    drug_id      VARCHAR NOT NULL,
    score        FLOAT NOT NULL,           -- probability of sensitivity, mean of the ensemble
    score_sd     FLOAT NOT NULL,           -- over ensemble members
    selective    FLOAT,                    -- percentile among the indication's reference patients, 0..1
    rank         INTEGER NOT NULL,         -- 1 = best; ties by drug_id
    tied         BOOLEAN NOT NULL,
    rank_low     INTEGER NOT NULL,         -- best and worst rank over the members
    rank_high    INTEGER NOT NULL
);
