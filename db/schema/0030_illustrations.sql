-- What illustrates a drug's mechanism, kept on request (--keep): a signature among those of a file, a docking into a
-- receptor. The newest of a kind and file; no score or order reads it.
CREATE TABLE illustrations (
    drug_id VARCHAR NOT NULL,
    kind    VARCHAR NOT NULL,     -- signature, docking
    file    VARCHAR NOT NULL,     -- its name
    sha256  VARCHAR NOT NULL,
    record  VARCHAR NOT NULL,     -- JSON
    PRIMARY KEY (drug_id, kind, sha256)
);
