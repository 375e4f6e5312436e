//! The one test binary of the workspace, in reading order.

mod support;

mod catalogue;
mod cli;
mod counts;
mod models;
mod oracle;
mod replay;
mod tidy;
