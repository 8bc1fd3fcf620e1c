-- Organoid test sets: what was planned, down to each well and transfer. Results come back under plan_id.
CREATE TABLE plans (
    plan_id    VARCHAR PRIMARY KEY,        -- 16 hex digits of SHA-256 over the ranking, the request and every row below
    indication VARCHAR NOT NULL,
    patient_id VARCHAR,                    -- NULL: for the cohort
    run_id     VARCHAR NOT NULL,
    request    VARCHAR NOT NULL,           -- JSON: screen.organoid.request.Request
    cautions   VARCHAR[] NOT NULL,         -- 'topic: text'
    method     VARCHAR[] NOT NULL,         -- the same, how it was chosen and laid out
    planned    BIGINT NOT NULL             -- counts up; the newest of an indication or patient is the current one
);
CREATE TABLE plan_treatments (             -- what is tested, and the runners-up
    plan_id    VARCHAR NOT NULL,
    treatment  VARCHAR NOT NULL,           -- A1 ... D4; runners-up: A-next1 ...
    set_name   VARCHAR NOT NULL,           -- A | B | C | D
    chosen     BOOLEAN NOT NULL,
    drug_ids   VARCHAR[] NOT NULL,         -- several: given together, each at the stated dose
    drug_names VARCHAR[] NOT NULL,
    mechanism  VARCHAR NOT NULL,
    place      INTEGER,                    -- in the ranking, 1 = best; NULL: not scored, or a combination
    score      DOUBLE,
    reason     VARCHAR NOT NULL
);
CREATE TABLE plan_wells (                  -- every well of every plate once
    plan_id     VARCHAR NOT NULL,
    plate       VARCHAR NOT NULL,
    well        VARCHAR NOT NULL,          -- B2
    row_number  INTEGER NOT NULL,          -- 1 = A
    col_number  INTEGER NOT NULL,
    role        VARCHAR NOT NULL,          -- test | vehicle | positive | untreated | blank | time_zero | edge | unused
    treatment   VARCHAR,                   -- of test wells
    drug_ids    VARCHAR[] NOT NULL,
    target_uM   DOUBLE,                    -- dose asked for, of each drug of the well
    doses_uM    DOUBLE[] NOT NULL,         -- dose after rounding to whole droplets, a drug
    replicate   INTEGER,
    vehicle_pct DOUBLE NOT NULL,           -- DMSO, percent of the well's volume
    volume_nL   DOUBLE NOT NULL            -- all that is added
);
CREATE TABLE plan_sources (                -- wells of the source plates
    plan_id   VARCHAR NOT NULL,
    plate     VARCHAR NOT NULL,
    well      VARCHAR NOT NULL,
    drug_id   VARCHAR,                     -- NULL: vehicle alone
    name      VARCHAR NOT NULL,
    vehicle   VARCHAR NOT NULL,            -- DMSO | water | saline
    level     INTEGER NOT NULL,            -- 1 the stock, 10 and 100 its dilutions, 0 vehicle alone
    stock_mM  DOUBLE NOT NULL,             -- concentration in this well
    fill_uL   DOUBLE NOT NULL,
    drawn_nL  DOUBLE NOT NULL,
    parent    VARCHAR                      -- 'plate:well' it is diluted from; NULL: filled from the tube
);
CREATE TABLE plan_transfers (
    plan_id      VARCHAR NOT NULL,
    step         INTEGER NOT NULL,
    source_plate VARCHAR NOT NULL,
    source_well  VARCHAR NOT NULL,
    plate        VARCHAR NOT NULL,
    well         VARCHAR NOT NULL,
    drug_id      VARCHAR,                  -- NULL: vehicle alone
    name         VARCHAR NOT NULL,
    vehicle      VARCHAR NOT NULL,
    source_mM    DOUBLE NOT NULL,
    target_uM    DOUBLE,
    dose_uM      DOUBLE,
    volume_nL    DOUBLE NOT NULL           -- a multiple of 2.5
);
CREATE TABLE plan_compounds (
    plan_id   VARCHAR NOT NULL,
    drug_id   VARCHAR NOT NULL,
    name      VARCHAR NOT NULL,
    salt      VARCHAR,                     -- as the vendor names it; NULL: not recorded
    molecular_weight DOUBLE,               -- g/mol, parent
    vendor    VARCHAR,
    catalogue VARCHAR,
    others    VARCHAR[] NOT NULL,          -- 'vendor catalogue' of further samples
    vehicle   VARCHAR NOT NULL,
    stock_mM  DOUBLE NOT NULL,
    stock_uL  DOUBLE NOT NULL,             -- to prepare
    mass_mg   DOUBLE                       -- to weigh, of the parent
);
