//! The one test binary of the workspace, in reading order.

/// Helpers of all the others.
mod kit;

/// What is explored, and in what order.
mod search;

/// What is found, and how it is told.
mod findings;

/// The scenarios that come with the tool.
mod catalogue;

/// The command line.
mod cli;

/// Pages in a browser.
mod browser;

/// The library for Rust tests.
mod library;

/// The documents' models, and an oracle for them.
mod documents;

/// The habits of the code base.
mod tidy;
