-- Late binding: facts keep the names their files use, these views and tables say what they mean now.
-- So the order in which files arrive does not matter.
CREATE VIEW cell_lines AS
SELECT cell_line_id,
       first(name ORDER BY source_id) FILTER (name IS NOT NULL) AS name,
       first(lineage ORDER BY source_id) FILTER (lineage IS NOT NULL) AS lineage,
       first(oncotree_code ORDER BY source_id) FILTER (oncotree_code IS NOT NULL) AS oncotree_code,
       first(primary_disease ORDER BY source_id) FILTER (primary_disease IS NOT NULL) AS primary_disease,
       first(sanger_id ORDER BY source_id) FILTER (sanger_id IS NOT NULL) AS sanger_id,
       first(cosmic_id ORDER BY source_id) FILTER (cosmic_id IS NOT NULL) AS cosmic_id
FROM cell_line_records
GROUP BY cell_line_id;

-- Every identifier that belongs to one cell line only.
CREATE VIEW cell_line_keys AS
WITH keys AS (
    SELECT cell_line_id AS key, cell_line_id FROM cell_lines
    UNION SELECT sanger_id, cell_line_id FROM cell_lines WHERE sanger_id IS NOT NULL
    UNION SELECT cosmic_id, cell_line_id FROM cell_lines WHERE cosmic_id IS NOT NULL
    UNION SELECT regexp_replace(upper(name), '[^A-Z0-9]', '', 'g'), cell_line_id
    FROM cell_lines WHERE name IS NOT NULL
)
SELECT key, min(cell_line_id) AS cell_line_id
FROM keys
GROUP BY key
HAVING count(DISTINCT cell_line_id) = 1;

-- A clinical table outranks a declaration, which outranks a column of an expression file.
CREATE VIEW patients AS
SELECT patient_id,
       first(indication ORDER BY authority, source_id) FILTER (indication IS NOT NULL) AS indication,
       first(age ORDER BY authority, source_id) FILTER (age IS NOT NULL) AS age,
       first(sex ORDER BY authority, source_id) FILTER (sex IS NOT NULL) AS sex,
       first(stage ORDER BY authority, source_id) FILTER (stage IS NOT NULL) AS stage
FROM patient_records
GROUP BY patient_id;

-- Rebuilt by screen.store.drug_identity after each ingest that could change them.
CREATE TABLE drug_keys (
    drug_key VARCHAR PRIMARY KEY,
    drug_id  VARCHAR NOT NULL              -- InChIKey, or 'name:' || key for a drug without a structure
);
CREATE TABLE drugs (
    drug_id   VARCHAR PRIMARY KEY,
    name      VARCHAR NOT NULL,
    smiles    VARCHAR,                     -- NULL: no structure, listed as not scored
    molecular_weight DOUBLE,               -- g/mol
    targets   VARCHAR[] NOT NULL,
    pathway   VARCHAR,
    mechanism VARCHAR,
    hub_phase VARCHAR,                     -- Repurposing Hub clinical phase, NULL: not in the hub
    aliases   VARCHAR[] NOT NULL,
    screened  BOOLEAN NOT NULL             -- has a measured response in some dataset
);
CREATE TABLE drug_conflicts (              -- one name, several structures: which was taken, which were not
    drug_key VARCHAR NOT NULL,
    taken    VARCHAR NOT NULL,
    others   VARCHAR[] NOT NULL
);

CREATE VIEW pair_responses AS
SELECT r.dataset, r.metric,
       coalesce(k.cell_line_id, n.cell_line_id, r.cell_line_ref) AS cell_line_id,
       coalesce(d.drug_id, 'name:' || r.drug_key) AS drug_id,
       sum(r.value * r.repeats) / sum(r.repeats) AS value,
       sum(r.repeats) AS repeats
FROM responses r
LEFT JOIN cell_line_keys k ON k.key = r.cell_line_ref
LEFT JOIN cell_line_keys n
       ON k.key IS NULL AND n.key = regexp_replace(upper(r.cell_line_ref), '[^A-Z0-9]', '', 'g')
LEFT JOIN drug_keys d ON d.drug_key = r.drug_key
GROUP BY ALL;
