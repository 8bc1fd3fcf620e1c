-- Columns of clinical tables that put patients into groups, beyond age, sex and stage: subtype, grade, receptor state.
CREATE TABLE patient_groups (
    source_id  VARCHAR NOT NULL,
    patient_id VARCHAR NOT NULL,
    name       VARCHAR NOT NULL,  -- the column as written
    value      VARCHAR NOT NULL
);
