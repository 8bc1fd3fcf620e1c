-- The fitted curve of each organoid and treatment: area above the curve with its 95% interval, higher = sensitive.
SELECT organoid_id, plates AS plate, list_aggregate(drug_ids, 'string_agg', '+') AS drug_id,
       list_aggregate(drug_names, 'string_agg', ' + ') AS drug_name, model_code, aac, ic50_uM, ic50_censored, emax, hill,
       aac_low AS low, aac_high AS high, reason, verdict, set_name, mechanism, patient_id, lab, assay, plan, treatment,
       dose_unit, doses, wells, dose_low, dose_high, aac_low_dose, aac_high_dose, aac_sd, p_value, top, e_inf, ec50, rmse,
       hook, auc_gdsc, auc_gdsc_sd, range_share, gr_aoc, gr50_uM, gr_max, nogr_max
FROM lab_curves
ORDER BY lab, batch, organoid_id, treatment
