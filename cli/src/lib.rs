//! `kyc-gate` on the command line: the gate's own core, native, so that what it says is what Envoy will do.
//!
//! Data goes to stdout, messages to stderr. Identity data is shown only where `--show-data` asks for it. Exit status 0
//! says that all is well, 1 that there are findings, 2 that the command couldn't be carried out.

pub mod args;
pub mod at;
pub mod cases;
pub mod check;
pub mod commands;
pub mod envelope;
pub mod explain;
pub mod failure;
pub mod files;
pub mod find;
pub mod gate;
pub mod http;
pub mod init;
pub mod input;
pub mod inspect;
pub mod judged;
pub mod manifest;
pub mod post;
pub mod replay;
pub mod report;
pub mod sample;
pub mod schema;
pub mod secret;
pub mod settings;
pub mod source;
pub mod terminal;
pub mod words;

#[cfg(test)]
#[path = "../tests/shared/dice.rs"]
mod dice;

/// Returns bytes in lower-case hex (RFC 4648 section 8).
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
