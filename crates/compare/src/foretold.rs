//! Predictions beside measurements: what is known of the runs of a comparison is noted before the first of them counts, so
//! that it can be held against them. Nothing that is measured or judged looks at it.

use launch::RunError;

use crate::predictor::predicted;
use crate::session::Session;

impl Session<'_> {
    /// Excludes what `run.json` says was left out by prediction.
    pub(crate) fn leave_out_as_predicted(&mut self) {
        let records = self.log.run.workloads.iter();
        for (workload, record) in records.enumerate() {
            let variants = self.choice.variants.iter().map(catalog::Selected::name);
            let out = variants.filter(|name| {
                let its = record.predicted.get(name);
                its.is_some_and(|its| its.left_out)
            });
            self.excluded.extend(out.map(|name| (workload, name)));
        }
    }

    /// Predicts all runs at the length that they have, where there is something to predict from.
    pub(crate) fn foretell(&mut self) -> Result<(), RunError> {
        let Some(predictor) = self.predictor else {
            return Ok(());
        };
        for workload in 0..self.choice.workloads.len() {
            let record = &self.log.run.workloads[workload];
            let mut names: Vec<String> = record.predicted.keys().cloned().collect();
            let variants = self.choice.variants.iter().map(catalog::Selected::name);
            names.extend(variants.filter(|name| self.is_to_run(workload, name)));
            names.sort();
            names.dedup();
            for name in names {
                let record = &mut self.log.run.workloads[workload];
                let Ok(found) = predicted(predictor, &self.log.run.options, record, &name) else {
                    continue;
                };
                let was_left_out = record.predicted.get(&name).is_some_and(|its| its.left_out);
                record.predicted.insert(
                    name,
                    results::Predicted {
                        left_out: was_left_out,
                        ..found
                    },
                );
            }
        }
        self.log.save()
    }
}
