//! Settings documents: what is taken is stable, what is refused is told without its values.

use kyc_gate::scoring::Settings;
use serde_json::Value;

use super::config::{MARK, marked};

/// Reads any JSON document as settings.
pub fn run(data: &[u8]) {
    let Ok(document) = serde_json::from_slice::<Value>(data) else { return };
    match Settings::from_json(&document) {
        Ok(settings) => {
            let again = Settings::from_json(&serde_json::from_str(settings.document()).unwrap()).unwrap();
            assert_eq!(again, settings);
            assert_eq!(settings.revision().len(), 16);
            assert!(settings.identity_thresholds.reject_below <= settings.identity_thresholds.accept_above);
            assert!(settings.address_thresholds.reject_below <= settings.address_thresholds.accept_above);
        }
        Err(problems) => assert!(!problems.is_empty()),
    }
    if let Some(Err(problems)) = marked(&document).map(|marked| Settings::from_json(&marked)) {
        assert!(!problems.iter().any(|problem| problem.field.contains(MARK) || problem.message.contains(MARK)));
    }
}
