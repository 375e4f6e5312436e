//! Steps side by side, a column for each task, or one below another where that is too
//! wide: values are never cut to make columns fit.

use std::io;

use super::fold::{RowOrGap, fold};
use super::look::Look;
use super::rows::{do_fit, write_rows};
use crate::replay::record::StepRecord;
use crate::report::words::step_text;

/// The row of a step.
pub(super) struct GridRow<'a> {
    pub(super) step: &'a StepRecord,
    /// Why the task is left after it.
    pub(super) why: Option<&'static str>,
}

/// The steps of a schedule that are told.
pub(super) struct Grid<'a> {
    pub(super) labels: Vec<String>,
    /// Steps, each with its column.
    pub(super) rows: &'a [(usize, GridRow<'a>)],
    /// What tasks are blocked at in the end, each with its column.
    pub(super) ends: Vec<(usize, String)>,
    /// The steps that matter.
    pub(super) matter: &'a [u32],
}

impl Grid<'_> {
    /// Writes it side by side if that fits.
    pub(super) fn write(&self, look: Look, out: &mut dyn io::Write) -> io::Result<()> {
        let steps: Vec<u32> = self.rows.iter().map(|(_, row)| row.step.step).collect();
        let parts = fold(&steps, self.matter, look);
        let side_by_side = self.side_by_side(&parts);
        let rows = match do_fit(&side_by_side, "  ", look) {
            true => side_by_side,
            false => self.one_below_another(&parts),
        };
        write_rows(&rows, ("  ", usize::MAX), look, out)?;
        match parts.iter().any(|part| matches!(part, RowOrGap::Gap(..))) {
            true => writeln!(out, "  {} shows all steps", look.more),
            false => Ok(()),
        }
    }

    fn has_switches(&self) -> bool {
        self.rows.iter().any(|(_, row)| row.why.is_some())
    }

    /// The word above the reasons why tasks are left, if there are any.
    fn switch(&self) -> String {
        if self.has_switches() { "switch".to_owned() } else { String::new() }
    }

    /// What stands for rows that are left out.
    fn gap(&self, from: usize, to: usize) -> [String; 2] {
        let [from, to] = [from, to].map(|row| self.rows[row].1.step.step);
        ["   …".to_owned(), format!("steps {from} to {to} are left out")]
    }

    fn side_by_side(&self, parts: &[RowOrGap]) -> Vec<Vec<String>> {
        let n = self.labels.len();
        let empty = || vec![String::new(); n + 2];
        let mut header = vec!["step".to_owned()];
        header.extend(self.labels.iter().cloned());
        header.push(self.switch());
        let part = |part: &RowOrGap| {
            let mut cells = empty();
            match *part {
                RowOrGap::Gap(from, to) => cells[..2].clone_from_slice(&self.gap(from, to)),
                RowOrGap::Row(nth) => {
                    let (column, row) = &self.rows[nth];
                    cells[0] = format!("{:>4}", row.step.step);
                    cells[column + 1] = step_text(row.step);
                    cells[n + 1] = row.why.unwrap_or_default().to_owned();
                }
            }
            cells
        };
        let end = |(column, text): &(usize, String)| {
            let mut cells = empty();
            cells[column + 1].clone_from(text);
            cells
        };
        let rows = parts.iter().map(part).chain(self.ends.iter().map(end));
        std::iter::once(header).chain(rows).collect()
    }

    fn one_below_another(&self, parts: &[RowOrGap]) -> Vec<Vec<String>> {
        let words = ["step", "task", ""].map(str::to_owned).into_iter();
        let header = words.chain([self.switch()]).collect();
        let part = |part: &RowOrGap| match *part {
            RowOrGap::Gap(from, to) => self.gap(from, to).into(),
            RowOrGap::Row(nth) => {
                let (column, row) = &self.rows[nth];
                vec![
                    format!("{:>4}", row.step.step),
                    self.labels[*column].clone(),
                    step_text(row.step),
                    row.why.unwrap_or_default().to_owned(),
                ]
            }
        };
        let end = |(column, text): &(usize, String)| {
            vec![String::new(), self.labels[*column].clone(), text.clone(), String::new()]
        };
        let rows = parts.iter().map(part).chain(self.ends.iter().map(end));
        std::iter::once(header).chain(rows).collect()
    }
}
