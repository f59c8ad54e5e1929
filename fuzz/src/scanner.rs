//! The scanner against `serde_json`. What it refuses on purpose is listed in the oracle.

use kyc_gate::payload::{Document, Limits, ScanError};

#[path = "../../tests/oracles/json.rs"]
pub mod oracle;

/// Scans any bytes, without limits and within narrow ones.
pub fn run(data: &[u8]) {
    oracle::agree(data);
    let narrow = Limits { max_depth: 4, max_fields: 16 };
    match (Document::scan(data, Limits { max_depth: usize::MAX, max_fields: usize::MAX }), Document::scan(data, narrow))
    {
        (Ok(whole), Ok(within)) => assert_eq!(whole.root().raw(), within.root().raw()),
        (Ok(_), Err(why)) => assert!(matches!(why, ScanError::TooDeep | ScanError::TooManyFields)),
        (Err(_), Ok(_)) => panic!("limits let through what is no JSON"),
        (Err(_), Err(_)) => {}
    }
}
