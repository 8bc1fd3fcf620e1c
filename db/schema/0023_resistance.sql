-- Predicted resistance of patients of an indication, the newest run of each; written by crescreen resistance.
CREATE TABLE resistance_runs (
    resistance_id VARCHAR PRIMARY KEY,     -- hash of what it was made from, and the indication
    indication    VARCHAR NOT NULL,
    made          BIGINT NOT NULL,         -- counts up
    manifest      VARCHAR NOT NULL         -- JSON: cell lines, genes, models, drugs, those not predicted and why
);
CREATE TABLE resistance_calls (
    resistance_id VARCHAR NOT NULL,
    patient_id    VARCHAR NOT NULL,
    drug_id       VARCHAR NOT NULL,
    drug_name     VARCHAR NOT NULL,
    model         VARCHAR NOT NULL,        -- VAE_LL, VAE_LD, XGBoost, random forest, ...
    probability   DOUBLE NOT NULL          -- of resistance, classes balanced: above one half it is called
);
