//! The one test binary of the workspace, in reading order.

/// Helpers of all the others.
mod kit;

/// What is explored, and in what order.
mod search;

/// The face of std.
mod face;

/// What is found, and how it is told.
mod findings;

/// The pictures of what is found.
mod pictures;

/// The scenarios that come with the tool.
mod catalogue;

/// The command line.
mod cli;

/// Pages in a browser.
mod browser;

/// The library for Rust tests.
mod library;

/// Schedules as Rust tests.
mod promoted;

/// The documents' models, and an oracle for them.
mod documents;

/// The habits of the code base.
mod tidy;
