-- What was evaluated and how: one protocol on one set of splits and data; its figures are the rows of evaluations under the same id.
CREATE TABLE evaluation_manifests (
    evaluation_id VARCHAR PRIMARY KEY,
    protocol      VARCHAR NOT NULL,
    manifest      VARCHAR NOT NULL,        -- JSON: splits, data, seeds, versions; models: name -> what was fitted
    measured      BIGINT NOT NULL          -- counts up; of two evaluations of one protocol the newest is shown
);
