-- What a lab measured: plates, their wells, the curves of each organoid. Written by crescreen results add.
CREATE TABLE lab_plates (
    plate_id    VARCHAR PRIMARY KEY,       -- 16 hex digits of SHA-256 over file, plate in it, layout, plan, lab, organoid
    file_name   VARCHAR NOT NULL,
    file_sha256 VARCHAR NOT NULL,
    file_format VARCHAR NOT NULL,          -- screen.results.readers: envision, gen5, long-table ...
    plan        VARCHAR,                   -- plan_id of the plan it was joined to; NULL: a layout of the lab's own
    layout      VARCHAR NOT NULL,          -- plan_id, or 16 hex digits over the layout's rows
    plate       VARCHAR NOT NULL,          -- barcode, or the name in the file
    lab         VARCHAR NOT NULL,
    assay       VARCHAR NOT NULL,          -- luminescence | fluorescence | absorbance | count | not stated
    organoid_id VARCHAR NOT NULL,
    patient_id  VARCHAR NOT NULL,          -- the organoid's own id where no patient was named
    purpose     VARCHAR NOT NULL,          -- treated | time_zero
    n_rows      INTEGER NOT NULL,
    n_cols      INTEGER NOT NULL,
    dose_unit   VARCHAR NOT NULL,          -- uM | relative
    added       BIGINT NOT NULL,           -- counts up
    verdict     VARCHAR NOT NULL,          -- pass | look | fail
    reason      VARCHAR NOT NULL,          -- in words
    killing_control VARCHAR,               -- what the plate was judged by; NULL: nothing on it kills
    z_prime     DOUBLE,                    -- robust: 1 - 3 (MAD + MAD) / |difference of medians|
    ssmd        DOUBLE,                    -- robust
    signal_to_background DOUBLE,           -- median of the vehicle over median of the killing control
    replicate_cv DOUBLE,                   -- median over treatments and doses, share of the mean
    vehicle_cv  DOUBLE,                    -- robust
    edge_effect DOUBLE,                    -- outermost wells of vehicle and inactive doses against inner, share
    edge_p      DOUBLE,
    row_p       DOUBLE,                    -- Kruskal-Wallis of the residuals, by row, corrected for all tests of the plate
    col_p       DOUBLE,
    nrfe        DOUBLE,                    -- residual plate error: residuals of the curves normalised, percent
    vehicle_error DOUBLE                   -- standard error of the vehicle mean, share of it
);
CREATE TABLE lab_wells (
    plate_id    VARCHAR NOT NULL,
    well        VARCHAR NOT NULL,          -- B2
    row_number  INTEGER NOT NULL,
    col_number  INTEGER NOT NULL,
    role        VARCHAR NOT NULL,          -- as in plan_wells
    treatment   VARCHAR,                   -- of test and positive wells
    set_name    VARCHAR,                   -- A | B | C | D
    mechanism   VARCHAR,
    drug_ids    VARCHAR[] NOT NULL,
    drug_names  VARCHAR[] NOT NULL,
    doses       DOUBLE[] NOT NULL,         -- in the plate's dose_unit, a drug
    replicate   INTEGER,
    vehicle_pct DOUBLE,                    -- NULL: not stated
    raw         DOUBLE,                    -- as read; NULL: not measured
    viability   DOUBLE,                    -- over the matched vehicle, blank subtracted; 1 is the vehicle
    flags       VARCHAR[] NOT NULL         -- in words; a flagged well stays, unless it says 'not dispensed' or 'masked'
);
CREATE TABLE lab_curves (                  -- a row an organoid, a batch of plates and a treatment
    curve_id    VARCHAR PRIMARY KEY,
    lab         VARCHAR NOT NULL,
    assay       VARCHAR NOT NULL,
    batch       VARCHAR NOT NULL,          -- plan or layout: plates whose wells make one curve
    plan        VARCHAR,
    organoid_id VARCHAR NOT NULL,
    patient_id  VARCHAR NOT NULL,
    plates      VARCHAR NOT NULL,          -- P1+P2
    treatment   VARCHAR NOT NULL,
    set_name    VARCHAR,
    mechanism   VARCHAR,
    drug_ids    VARCHAR[] NOT NULL,
    drug_names  VARCHAR[] NOT NULL,
    dose_unit   VARCHAR NOT NULL,
    doses       INTEGER NOT NULL,
    wells       INTEGER NOT NULL,
    dose_low    DOUBLE NOT NULL,           -- tested, in dose_unit
    dose_high   DOUBLE NOT NULL,
    aac_low_dose  DOUBLE NOT NULL,         -- of the area: shared with the training screen where that is known
    aac_high_dose DOUBLE NOT NULL,
    model_code  VARCHAR NOT NULL,          -- mean | flat | hill3 | hill4
    reason      VARCHAR NOT NULL,
    p_value     DOUBLE,                    -- F-test against a constant
    top         DOUBLE NOT NULL,
    e_inf       DOUBLE,
    ec50        DOUBLE,                    -- relative, in dose_unit
    hill        DOUBLE,
    rmse        DOUBLE NOT NULL,           -- of the means of the doses
    emax        DOUBLE NOT NULL,           -- viability at the highest dose, as measured
    hook        BOOLEAN NOT NULL,
    aac         DOUBLE NOT NULL,           -- area above the curve over its range, higher = sensitive
    aac_low     DOUBLE,                    -- 95%
    aac_high    DOUBLE,
    aac_sd      DOUBLE,
    ic50_uM     DOUBLE,                    -- absolute; the bound where censored; NULL where doses are relative
    ic50_censored VARCHAR NOT NULL,        -- '' | > | <
    auc_gdsc    DOUBLE NOT NULL,           -- GDSC's scale, lower = sensitive, over the training screen's doses
    auc_gdsc_sd DOUBLE,
    range_share DOUBLE,                    -- of the training screen's doses (log), tested; NULL: not known
    gr_aoc      DOUBLE,                    -- growth rate metrics: NULL without a time-zero plate
    gr50_uM     DOUBLE,
    gr_max      DOUBLE,
    nogr_max    DOUBLE,
    verdict     VARCHAR NOT NULL           -- the worst of its plates'
);
CREATE TABLE lab_combinations (            -- pairs of drugs on a matrix of doses
    organoid_id VARCHAR NOT NULL,
    patient_id  VARCHAR NOT NULL,
    lab         VARCHAR NOT NULL,
    batch       VARCHAR NOT NULL,
    plates      VARCHAR NOT NULL,
    treatment   VARCHAR NOT NULL,
    drug_names  VARCHAR[] NOT NULL,
    dose_pairs  INTEGER NOT NULL,
    bliss       DOUBLE,                    -- mean excess inhibition over Bliss independence
    bliss_low   DOUBLE,
    bliss_high  DOUBLE,
    hsa         DOUBLE,                    -- mean excess over the better single drug
    hsa_low     DOUBLE,
    hsa_high    DOUBLE,
    reading     VARCHAR NOT NULL           -- synergy | antagonism | additive | not evaluable, with the reason
);
-- The doses at which a published screen tested a drug (uM): the range of its areas.
CREATE TABLE response_ranges (
    source_id VARCHAR NOT NULL,
    dataset   VARCHAR NOT NULL,
    drug_key  VARCHAR NOT NULL,
    low_uM    DOUBLE NOT NULL,
    high_uM   DOUBLE NOT NULL
);
