//! The documents' models: counted by an oracle that knows nothing of the tool, and
//! run as programs of the tool.

pub(crate) mod oracle;

mod models;
