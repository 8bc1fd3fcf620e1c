UPDATE meant SET drug_id = merged.taken FROM merged WHERE merged.drug_id = meant.drug_id
