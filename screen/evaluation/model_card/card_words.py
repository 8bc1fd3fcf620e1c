"""What the model card says whatever was measured."""

INTRODUCTION = """\
# Model card

Written by `crescreen evaluate card`; do not edit. For research use only.

Every figure is of predictions for what a model was not trained on, pooled over folds, with a 95% interval that
resamples whole cell lines, or whole drugs where drugs are new. **r_drug** is the correlation of predicted and measured
response over cell lines within a drug, mean over drugs: 0 means that nothing is known of which line a drug works in.
**r_res** is the correlation once the drug's mean (for new drugs, the line's) is subtracted. **Selective precision** is
the share of a line's top 5% of drugs that work better in this line than elsewhere and were listed as such. **AUROC**
is of responders against non-responders given the same drug; 0.5 is chance.
"""
FURTHER = """\
- Cell lines are not patients: no figure on lines says how well the response of a patient is predicted.
- Which kernels the default has was decided with figures of these very cell lines in sight: experiments on the same
  folds named them, and each was tried on the test folds once more. Variances alone are fitted inside training. Two of
  the kernels together bring 0.0025 of r_drug, so little is gained by it; but no partition has lines nobody looked at.
- The graph embedding of a drug comes from an encoder whose pretraining may have seen assays of these very drugs.
- A constant prediction has a negative r_drug when folds are pooled: each fold's constant moves against its test lines.
"""
PROTOCOLS_INTRODUCTION = """\
# Models compared, protocol by protocol

Written by `crescreen evaluate card`; do not edit. At most eight models a table, best first; what each figure means
stands in the model card, and every figure in the page of all figures beside this one.
"""
