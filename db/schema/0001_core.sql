-- What was read, and from where. Every fact row below carries the source_id of the file it came from, so
-- one file's rows can be found, replaced or withdrawn together.
CREATE TABLE source_files (
    source_id     VARCHAR PRIMARY KEY,  -- 16 hex digits of SHA-256 over the bytes and the reading options
    sha256        VARCHAR NOT NULL,
    name          VARCHAR NOT NULL,     -- file name, without its folder
    kind          VARCHAR NOT NULL,     -- what ingest recognised, e.g. gdsc-dose-response
    size_bytes    BIGINT NOT NULL,
    row_count     BIGINT NOT NULL,
    options       VARCHAR NOT NULL,     -- JSON: --as, --unit, --indication, --dataset, --coverage
    snapshot_date VARCHAR,              -- the date the data itself claims, ISO, if any
    coverage      VARCHAR,              -- evidence only: full | partial | conditions:... | drugs:...
    notes         VARCHAR[]
);

-- Append-only, hash-chained: hash = SHA-256(previous_hash, seq, moment, action, detail). No patient ids here.
CREATE TABLE audit (
    seq           BIGINT PRIMARY KEY,
    moment        VARCHAR NOT NULL,     -- UTC, ISO 8601
    action        VARCHAR NOT NULL,
    detail        VARCHAR NOT NULL,     -- JSON
    previous_hash VARCHAR NOT NULL,
    hash          VARCHAR NOT NULL
);

CREATE TABLE cell_line_records (
    source_id        VARCHAR NOT NULL,
    cell_line_id     VARCHAR NOT NULL,  -- DepMap ModelID where known
    name             VARCHAR,
    lineage          VARCHAR,           -- OncoTree lineage
    oncotree_code    VARCHAR,
    primary_disease  VARCHAR,
    sanger_id        VARCHAR,           -- SIDM...
    cosmic_id        VARCHAR            -- digits, no decimal point
);

CREATE TABLE patient_records (
    source_id   VARCHAR NOT NULL,
    patient_id  VARCHAR NOT NULL,       -- pseudonym; TCGA ids cut to 12 characters
    indication  VARCHAR,                -- TCGA code
    authority   INTEGER NOT NULL,       -- 0 clinical table, 1 declared on ingest, 2 column of an expression file
    age         DOUBLE,                 -- years
    sex         VARCHAR,
    stage       VARCHAR
);

-- One array a sample beside the gene order it follows; NULL elements are values the file left out.
CREATE TABLE gene_orders (
    gene_order_id VARCHAR PRIMARY KEY,  -- hash of the list
    genes         VARCHAR[] NOT NULL    -- identifiers as the file gave them, trimmed
);
CREATE TABLE expression (
    source_id     VARCHAR NOT NULL,
    domain        VARCHAR NOT NULL CHECK (domain IN ('cell_line', 'patient')),
    subject_id    VARCHAR NOT NULL,     -- cell_line_id or patient_id
    sample_id     VARCHAR NOT NULL,     -- as in the file
    dataset       VARCHAR NOT NULL,     -- name of the source, e.g. --dataset or the file's stem
    unit          VARCHAR NOT NULL,     -- see screen.expression.UNITS
    gene_order_id VARCHAR NOT NULL,
    levels        FLOAT[] NOT NULL,
    PRIMARY KEY (source_id, domain, subject_id, sample_id)
);
-- alias -> approved symbol; kind: symbol | previous | alias | entrez | ensembl
CREATE TABLE gene_aliases (
    source_id VARCHAR NOT NULL,
    alias     VARCHAR NOT NULL,
    kind      VARCHAR NOT NULL,
    symbol    VARCHAR NOT NULL
);

-- What each source says of a drug; screen.chem standardises, drug_structures keeps one row a structure.
CREATE TABLE drug_structures (
    drug_id          VARCHAR PRIMARY KEY,  -- InChIKey of the standardised parent
    smiles           VARCHAR NOT NULL,     -- canonical SMILES of the parent
    molecular_weight DOUBLE NOT NULL,      -- g/mol, parent
    heavy_atoms      INTEGER NOT NULL
);
CREATE TABLE drug_names (
    source_id VARCHAR NOT NULL,
    drug_key  VARCHAR NOT NULL,            -- screen.records.drug_key(name)
    name      VARCHAR NOT NULL,            -- as written
    drug_id   VARCHAR,                     -- InChIKey, NULL where the source gives a name only
    preferred BOOLEAN NOT NULL,            -- the source's main name, not a synonym
    authority INTEGER NOT NULL,            -- 0 drug table, 1 repurposing samples, 2 DrugBank
    alias_of  VARCHAR                      -- drug_key of the source's main name, for synonyms
);
CREATE TABLE drug_facts (
    source_id VARCHAR NOT NULL,
    drug_key  VARCHAR NOT NULL,
    field     VARCHAR NOT NULL,            -- target | pathway | mechanism | hub_phase | group | vendor ...
    value     VARCHAR NOT NULL             -- one value a row
);
CREATE TABLE drug_problems (               -- structures that could not be read, listed, never dropped
    source_id VARCHAR NOT NULL,
    name      VARCHAR NOT NULL,
    smiles    VARCHAR,
    reason    VARCHAR NOT NULL
);

CREATE TABLE responses (
    source_id     VARCHAR NOT NULL,
    dataset       VARCHAR NOT NULL,        -- GDSC1, GDSC2, CTRPv2, ...
    metric        VARCHAR NOT NULL,        -- AUC (0..1, low = sensitive) | LN_IC50 (ln uM) | AUC_CTRP
    cell_line_ref VARCHAR NOT NULL,        -- DepMap, Sanger, COSMIC id or name
    drug_key      VARCHAR NOT NULL,
    drug_name     VARCHAR NOT NULL,
    value         DOUBLE NOT NULL,         -- mean over repeats of the pair within the file
    repeats       INTEGER NOT NULL
);

CREATE TABLE outcomes (
    source_id  VARCHAR NOT NULL,
    patient_id VARCHAR NOT NULL,
    endpoint   VARCHAR NOT NULL,           -- OS | DSS | DFI | PFI
    event      BOOLEAN NOT NULL,
    days       DOUBLE NOT NULL
);
CREATE TABLE given_drugs (
    source_id  VARCHAR NOT NULL,
    patient_id VARCHAR NOT NULL,
    indication VARCHAR,
    drug_key   VARCHAR NOT NULL,
    drug_name  VARCHAR NOT NULL,
    response   VARCHAR,                    -- RECIST class as written
    responder  BOOLEAN,                    -- complete or partial response; NULL if unknown
    start_day  DOUBLE
);
