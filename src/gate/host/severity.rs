//! Levels of Envoy's log.

/// How important a log line is; the numbers are proxy-wasm's and Envoy's.
#[derive(Debug, Clone, Copy)]
#[repr(u32)]
pub enum Severity {
    /// For the record.
    Info = 2,
    /// Legal, but probably not meant.
    Warn = 3,
    /// Something failed.
    Error = 4,
    /// Nothing works until somebody acts.
    Critical = 5,
}
