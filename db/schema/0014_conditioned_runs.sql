-- A ranking of one patient that has learned from its plates: a run of its own beside the one without results, which stays the current one.
CREATE TABLE conditioned_runs (
    run_id         VARCHAR PRIMARY KEY,    -- in runs
    patient_id     VARCHAR NOT NULL,
    base_run_id    VARCHAR NOT NULL,       -- the ranking without results
    conditioned_on VARCHAR NOT NULL        -- JSON: plates, values, what was left out and why, the assay
);

CREATE OR REPLACE VIEW current_runs AS
SELECT * FROM runs WHERE run_id NOT IN (SELECT run_id FROM conditioned_runs)
QUALIFY row_number() OVER (PARTITION BY indication ORDER BY ranked DESC) = 1;

-- The newest ranking with results of each patient and indication.
CREATE VIEW current_updates AS
SELECT r.*, c.patient_id AS of_patient, c.base_run_id, c.conditioned_on
FROM conditioned_runs c JOIN runs r USING (run_id)
QUALIFY row_number() OVER (PARTITION BY r.indication, c.patient_id ORDER BY r.ranked DESC) = 1;

-- What changed, a drug a row; scores holds what is said after the plate.
CREATE TABLE score_updates (
    run_id       VARCHAR NOT NULL,         -- with results
    patient_id   VARCHAR NOT NULL,
    drug_id      VARCHAR NOT NULL,
    measured     BOOLEAN NOT NULL,         -- stands for itself
    response_measured    DOUBLE,           -- AUC on the training screen's scale, low = sensitive; NULL: not measured
    response_measured_sd DOUBLE,
    response_before DOUBLE NOT NULL,       -- predicted AUC
    response_after  DOUBLE NOT NULL,       -- predicted AUC in this assay; of a measured drug the measured one
    response_sd_before DOUBLE NOT NULL,    -- of a further measurement in this assay
    response_sd_after  DOUBLE NOT NULL,
    score_before FLOAT NOT NULL,
    score_low_before  FLOAT NOT NULL,      -- 90%
    score_high_before FLOAT NOT NULL,
    rank_before  INTEGER NOT NULL
);
