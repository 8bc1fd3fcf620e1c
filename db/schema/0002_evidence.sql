-- Records as their sources give them; screen.evidence links them to drugs and indications.
CREATE TABLE trials (
    source_id  VARCHAR NOT NULL,
    nct_id     VARCHAR NOT NULL,
    title      VARCHAR,
    status     VARCHAR,                    -- upper case with underscores, e.g. ACTIVE_NOT_RECRUITING
    phase      VARCHAR,                    -- EARLY_PHASE1 | PHASE1 | PHASE1/PHASE2 | ... | PHASE4 | NA
    study_type VARCHAR,
    why_stopped VARCHAR,
    start_date VARCHAR,
    updated    VARCHAR
);
CREATE TABLE trial_conditions (
    source_id VARCHAR NOT NULL,
    nct_id    VARCHAR NOT NULL,
    condition VARCHAR NOT NULL,
    origin    VARCHAR NOT NULL             -- condition | keyword | mesh
);
CREATE TABLE trial_interventions (
    source_id   VARCHAR NOT NULL,
    nct_id      VARCHAR NOT NULL,
    kind        VARCHAR,                   -- DRUG | BIOLOGICAL | COMBINATION_PRODUCT | ...
    name        VARCHAR NOT NULL,
    other_names VARCHAR[]
);
-- Labels and hub records: a drug, and a tumour type as prose or as code.
CREATE TABLE indication_records (
    source_id  VARCHAR NOT NULL,
    origin     VARCHAR NOT NULL,           -- nci | cancerdrugsdb | repurposing_hub | drugbank
    drug_key   VARCHAR NOT NULL,
    drug_name  VARCHAR NOT NULL,
    condition  VARCHAR,                    -- prose
    indication VARCHAR,                    -- TCGA code, where the source gives one
    phase      VARCHAR,                    -- Launched | Phase 3 | ... ; NULL for labels
    sentence   VARCHAR
);
CREATE TABLE oncotree_nodes (
    source_id VARCHAR NOT NULL,
    code      VARCHAR NOT NULL,
    name      VARCHAR NOT NULL,
    main_type VARCHAR,
    tissue    VARCHAR,
    parent    VARCHAR,
    depth     INTEGER NOT NULL
);

-- Derived by screen.evidence after each ingest that could change them.
CREATE TABLE condition_codes (             -- every distinct condition text met
    condition  VARCHAR NOT NULL,
    indication VARCHAR,                    -- NULL: could not be mapped, listed as such
    how        VARCHAR NOT NULL            -- oncotree | synonym | code | unmapped
);
CREATE TABLE evidence (
    drug_id     VARCHAR NOT NULL,
    indication  VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,          -- label | trial | hub
    origin      VARCHAR NOT NULL,          -- nci | cancerdrugsdb | repurposing_hub | drugbank | clinicaltrials | aact
    record_id   VARCHAR NOT NULL,          -- NCT number, or origin:drug_key
    counts      BOOLEAN NOT NULL,          -- FALSE: shown, but no record (withdrawn trials)
    phase       VARCHAR,
    status      VARCHAR,
    record_date VARCHAR,
    combination BOOLEAN NOT NULL,
    detail      VARCHAR,                   -- title or sentence
    source_id   VARCHAR NOT NULL
);
CREATE TABLE unlinked (                    -- names and conditions that found no home: listed, never dropped
    what   VARCHAR NOT NULL,               -- drug | condition | cell_line
    text   VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    records BIGINT NOT NULL
);
-- Which (drug, indication) pairs each kind of evidence has searched through, by the snapshots' coverage.
CREATE TABLE searched (
    kind       VARCHAR NOT NULL,           -- label | trial | hub
    origin     VARCHAR NOT NULL,
    drug_id    VARCHAR,                    -- NULL: all drugs
    indication VARCHAR,                    -- NULL: all indications
    source_id  VARCHAR NOT NULL
);
