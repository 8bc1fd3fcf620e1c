-- Single cells in blocks: up to 4,096 cells of one patient, their counts as one compressed sparse matrix.
CREATE TABLE cell_blocks (
    source_id     VARCHAR NOT NULL,
    patient_id    VARCHAR NOT NULL,
    block         INTEGER NOT NULL,
    dataset       VARCHAR NOT NULL,
    unit          VARCHAR NOT NULL,        -- counts | cpm | tpm
    gene_order_id VARCHAR NOT NULL,
    cell_ids      VARCHAR[] NOT NULL,
    samples       VARCHAR[] NOT NULL,      -- NULL elements: not said by the file
    cell_types    VARCHAR[] NOT NULL,
    clones        VARCHAR[] NOT NULL,
    malignant     BOOLEAN[] NOT NULL,
    totals        DOUBLE[] NOT NULL,       -- of a cell's whole transcriptome, in the unit
    umap          FLOAT[],                 -- x, y, x, y ...; NULL: not in the file
    other_columns BLOB NOT NULL,           -- further columns of the file: screen.cells.blocks
    counts        BLOB NOT NULL,
    PRIMARY KEY (source_id, patient_id, block)
);
-- How many cells of a patient a file had, and how many stay after quality control.
CREATE TABLE cell_quality (
    source_id     VARCHAR NOT NULL,
    patient_id    VARCHAR NOT NULL,
    dataset       VARCHAR NOT NULL,
    cells_read    INTEGER NOT NULL,
    few_genes     INTEGER NOT NULL,
    mitochondrial INTEGER NOT NULL,
    cells         INTEGER NOT NULL,        -- that stay
    malignant     INTEGER,                 -- of those; NULL: the file does not say
    clone_column  VARCHAR,                 -- of the file
    type_column   VARCHAR,
    says          VARCHAR NOT NULL,        -- what the values were, and the rule of quality
    PRIMARY KEY (source_id, patient_id)
);
-- Clones of a patient and their scores by a stored model: written by crescreen cells clones.
CREATE TABLE clones (
    patient_id    VARCHAR NOT NULL,
    clone         VARCHAR NOT NULL,
    cells         INTEGER NOT NULL,
    share         DOUBLE NOT NULL,         -- of the patient's cells taken
    inside_domain BOOLEAN NOT NULL,
    domain_percentile DOUBLE NOT NULL,
    genes_found   INTEGER NOT NULL,
    genes_expected INTEGER NOT NULL,
    main_sample   VARCHAR,                 -- the sample most of its cells are of
    sample_share  DOUBLE,                  -- of the clone's cells
    sample_expected DOUBLE,                -- of all cells taken
    main_type     VARCHAR,
    stability     DOUBLE                   -- mean Jaccard over clusterings of resampled cells; NULL: by a column
);
CREATE TABLE clone_scores (
    patient_id    VARCHAR NOT NULL,
    clone         VARCHAR NOT NULL,        -- 'all': every cell taken
    drug_id       VARCHAR NOT NULL,
    score         FLOAT NOT NULL,
    low           FLOAT NOT NULL,          -- 90% over resampled cells
    high          FLOAT NOT NULL,
    selective     FLOAT
);
CREATE TABLE clone_runs (
    patient_id    VARCHAR NOT NULL,
    model_id      VARCHAR NOT NULL,
    indication    VARCHAR NOT NULL,        -- of the model
    request       VARCHAR NOT NULL,        -- JSON: which cells, by what, least cells, seed
    result        VARCHAR NOT NULL         -- JSON: coverage, sets, what was left out
);
