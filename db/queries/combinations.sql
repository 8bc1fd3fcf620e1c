-- Pairs of drugs: excess inhibition over Bliss independence and over the better drug alone, with 95% intervals.
SELECT organoid_id, treatment, list_aggregate(drug_names, 'string_agg', ' + ') AS drug_name, dose_pairs, bliss, bliss_low,
       bliss_high, hsa, hsa_low, hsa_high, reading, plates AS plate, patient_id, lab
FROM lab_combinations
ORDER BY lab, organoid_id, treatment
