-- Why a model of cells predicts what it does for one patient's cells: written by crescreen cells explain.
CREATE TABLE cell_explanations (
    model_id   VARCHAR NOT NULL,
    patient_id VARCHAR NOT NULL,
    facts      VARCHAR NOT NULL,       -- JSON: cells, completeness, groups, agreement of gene lists
    PRIMARY KEY (model_id, patient_id)
);
-- Every gene of the model: what it adds to the logit of sensitivity in cells predicted sensitive and resistant.
CREATE TABLE key_genes (
    model_id   VARCHAR NOT NULL,
    patient_id VARCHAR NOT NULL,
    gene       VARCHAR NOT NULL,
    role       VARCHAR NOT NULL,       -- sensitive | resistant: the group in which its attributions are the higher
    key_gene   BOOLEAN NOT NULL,       -- |log_fold| > 0.1, adjusted p <= 0.05, fraction > 0.2
    supported  BOOLEAN NOT NULL,       -- a key gene in which cell lines differ in the same direction
    attribution_sensitive DOUBLE NOT NULL,  -- mean over the cells predicted sensitive
    attribution_resistant DOUBLE NOT NULL,
    p          DOUBLE NOT NULL,        -- Wilcoxon's rank sums of the attributions
    adjusted_p DOUBLE NOT NULL,        -- Benjamini and Hochberg over the model's genes
    log_fold   DOUBLE NOT NULL,        -- of expression, log2, sensitive over resistant
    fraction_sensitive DOUBLE NOT NULL,
    fraction_resistant DOUBLE NOT NULL,
    lines_adjusted_p DOUBLE,           -- sensitive against resistant cell lines; NULL: not measured in them
    PRIMARY KEY (model_id, patient_id, gene)
);
