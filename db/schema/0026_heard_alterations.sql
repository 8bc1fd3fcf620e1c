-- Alterations of patients that a score has heard: each known one that the drug's responses in cell lines hang on.
CREATE TABLE heard_alterations (
    run_id        VARCHAR NOT NULL,
    patient_id    VARCHAR NOT NULL,
    drug_id       VARCHAR NOT NULL,
    alteration    VARCHAR NOT NULL,         -- as the model names it: BRAF mutation
    altered       BOOLEAN NOT NULL,         -- false: looked at, not altered
    score_without FLOAT NOT NULL,           -- of the model that hears no alteration
    PRIMARY KEY (run_id, patient_id, drug_id, alteration)
);
