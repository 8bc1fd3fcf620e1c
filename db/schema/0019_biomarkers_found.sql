-- Markers of a drug in an indication, the newest analysis of each pair; written by crescreen biomarkers.
CREATE TABLE biomarker_analyses (
    biomarker_id VARCHAR PRIMARY KEY,      -- hash of what it was made from, indication and drug
    indication   VARCHAR NOT NULL,
    drug_id      VARCHAR NOT NULL,
    drug_name    VARCHAR NOT NULL,
    made         BIGINT NOT NULL,          -- counts up
    manifest     VARCHAR NOT NULL          -- JSON: cell lines, patients, covariates, tests made, what could not be tested
);
CREATE TABLE biomarkers (                  -- a row a marker tested in cell lines, patients or both; NULL: not tested
    biomarker_id     VARCHAR NOT NULL,
    feature          VARCHAR NOT NULL,     -- gene, or MSI
    kind             VARCHAR NOT NULL,     -- expression | mutation | amplification | deletion | fusion | methylation | msi
    association      DOUBLE,               -- partial correlation with the response in cell lines; above 0 goes with resistance
    association_low  DOUBLE,               -- ends of its 95% interval
    association_high DOUBLE,
    difference       DOUBLE,               -- of the response: per standard deviation, or altered less not altered
    difference_low   DOUBLE,
    difference_high  DOUBLE,
    association_p    DOUBLE,
    association_q    DOUBLE,               -- over every marker and drug of the call
    association_rank INTEGER,              -- by p, among expression or among alterations
    lines            INTEGER,              -- in whom it is known
    lines_altered    INTEGER,
    stability        DOUBLE,               -- share of refits without a fold that find it again; of the leading ones alone
    prognostic_hr    DOUBLE,               -- hazard ratio, adjusted
    prognostic_low   DOUBLE,
    prognostic_high  DOUBLE,
    prognostic_p     DOUBLE,
    prognostic_q     DOUBLE,
    proliferation_hr DOUBLE,               -- the same with a proliferation score beside it
    proliferation_low DOUBLE,
    proliferation_high DOUBLE,
    proliferation_p  DOUBLE,
    patients         INTEGER,
    patients_altered INTEGER,
    predictive_ratio DOUBLE,               -- ratio of the hazard ratio in the treated to that in the others
    predictive_low   DOUBLE,
    predictive_high  DOUBLE,
    predictive_p     DOUBLE,
    predictive_q     DOUBLE,
    association_verdict VARCHAR NOT NULL,  -- supported | not supported | not testable
    prognostic_verdict VARCHAR NOT NULL,
    predictive_verdict VARCHAR NOT NULL
);
