//! What was predicted from one execution, and what became of it: as data and as text.

mod data;
mod text;

pub use data::{PredictedReport, PredictedStep, PredictionReport, SearchedReport, StatusWord};
