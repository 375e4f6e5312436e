//! The one test binary of the workspace, in reading order.

mod support;
mod support_classes;

mod catalogue;
mod classes;
mod cli;
mod counts;
mod oracle;
mod replay;
mod tidy;
