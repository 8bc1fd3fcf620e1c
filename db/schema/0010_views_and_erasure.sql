-- The newest ranking of each indication.
CREATE VIEW current_runs AS
SELECT * FROM runs QUALIFY row_number() OVER (PARTITION BY indication ORDER BY ranked DESC) = 1;

-- The newest model of each indication.
CREATE VIEW current_models AS
SELECT * FROM models QUALIFY row_number() OVER (PARTITION BY indication ORDER BY trained DESC) = 1;

-- Which single codes an indication stands for: COADREAD for COAD and READ, BRCA for itself.
-- Filled from db/indications/codes.csv by crescreen init.
CREATE TABLE indication_members (
    indication VARCHAR NOT NULL,
    member     VARCHAR NOT NULL,
    PRIMARY KEY (indication, member)
);

-- The order in which files came: of two clinical tables that contradict each other, the later one holds.
ALTER TABLE source_files ADD COLUMN ingested BIGINT;       -- counts up
UPDATE source_files SET ingested = rowid + 1;

CREATE OR REPLACE VIEW patients AS
SELECT patient_id,
       first(indication ORDER BY authority, ingested DESC, source_id) FILTER (indication IS NOT NULL) AS indication,
       first(age ORDER BY authority, ingested DESC, source_id) FILTER (age IS NOT NULL) AS age,
       first(sex ORDER BY authority, ingested DESC, source_id) FILTER (sex IS NOT NULL) AS sex,
       first(stage ORDER BY authority, ingested DESC, source_id) FILTER (stage IS NOT NULL) AS stage
FROM (SELECT p.*, coalesce(f.ingested, 0) AS ingested FROM patient_records p LEFT JOIN source_files f USING (source_id))
GROUP BY patient_id;

-- What clinical tables say otherwise of a patient than the one that holds.
CREATE VIEW patient_conflicts AS
WITH stated AS (
    UNPIVOT (SELECT source_id, patient_id, authority, indication, age::VARCHAR AS age, sex, stage FROM patient_records)
    ON indication, age, sex, stage INTO NAME field VALUE value
), held AS (
    UNPIVOT (SELECT patient_id, indication, age::VARCHAR AS age, sex, stage FROM patients)
    ON indication, age, sex, stage INTO NAME field VALUE taken
)
SELECT s.patient_id, s.field, h.taken, list(DISTINCT s.value ORDER BY s.value) AS others
FROM stated s
JOIN held h USING (patient_id, field)
WHERE s.authority = 0 AND s.value <> h.taken
GROUP BY s.patient_id, s.field, h.taken;

-- Erasure is finished in a second step, which can be run again (screen.store.erasure).
ALTER TABLE forgotten ADD COLUMN state VARCHAR DEFAULT 'finished';  -- unfinished | finished
ALTER TABLE forgotten ADD COLUMN key_id VARCHAR DEFAULT '';         -- of the key the digest was made with; '' none
