-- Models of single cells, one a drug: trained on bulk lines and aligned with some patients' cells.
CREATE TABLE cell_models (
    model_id  VARCHAR NOT NULL PRIMARY KEY,
    drug_id   VARCHAR NOT NULL,
    name      VARCHAR NOT NULL,             -- row of screen.models.single_cell.configurations
    trained   INTEGER NOT NULL,             -- counts up
    manifest  VARCHAR NOT NULL,             -- JSON
    weights   BLOB NOT NULL                 -- safetensors
);
-- Whose cells a model was aligned with: it goes with any of them.
CREATE TABLE cell_model_patients (
    model_id   VARCHAR NOT NULL,
    patient_id VARCHAR NOT NULL,
    PRIMARY KEY (model_id, patient_id)
);
-- Predictions of one model for the cells of one block, in the block's order; NULL elements: cells that were not taken.
CREATE TABLE cell_predictions (
    model_id        VARCHAR NOT NULL,
    source_id       VARCHAR NOT NULL,
    patient_id      VARCHAR NOT NULL,
    block           INTEGER NOT NULL,
    probability     FLOAT[] NOT NULL,       -- of sensitivity, after transfer
    before_transfer FLOAT[] NOT NULL,       -- by the bulk model put on cells
    PRIMARY KEY (model_id, source_id, patient_id, block)
);
