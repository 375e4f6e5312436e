//! Reports: plain data, and the formats that print it.
//!
//! No wall-clock time and no hash order is in a report, so the same check
//! gives the same bytes. A new format is a file here and a row in [`formats`].

pub(crate) mod answer;
mod attached;
mod build;
pub(crate) mod claims;
pub mod columns;
pub mod cross_check;
pub mod data;
pub(crate) mod diff;
pub mod dot;
pub(crate) mod explain;
mod fold;
pub mod formats;
pub mod gantt;
pub mod github;
mod grid;
pub(crate) mod html;
pub mod json;
pub mod junit;
mod kinds;
pub(crate) mod list;
pub mod look;
pub mod mermaid;
pub mod perfetto;
mod picture;
mod places;
pub mod predict;
pub(crate) mod promoted;
pub mod replay;
mod rows;
pub mod sarif;
pub(crate) mod shell;
pub mod shiviz;
pub mod style;
mod svg;
pub mod table;
mod tale;
pub mod text;
mod unseen;
pub(crate) mod visible;
pub mod wait_for;
mod words;

pub use cross_check::CrossCheckReport;
pub(crate) use data::Provenance;
pub use data::{
    BoundsReport, Expected, ExpectedFinding, FindingReport, Makespan, OutcomeReport, Report,
};
pub use unseen::UnseenReport;
