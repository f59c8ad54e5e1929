//! Envoy's shared data, as the core's [`SharedData`].

use super::abi;
use crate::shared::{Expected, SharedData};

/// The table that all workers share. It lives as long as a VM with the same `vm_id` does.
pub struct SharedTable;

impl SharedData for SharedTable {
    fn get(&self, key: &str) -> Option<(Vec<u8>, u32)> {
        abi::shared_data(key)
    }

    fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool {
        // Envoy has no "only if absent", but any version writes what is absent, and nothing gets as far as this one.
        const NEVER: u32 = u32::MAX;
        let version = match expected {
            Expected::Anything => 0,
            Expected::Nothing => NEVER,
            Expected::Version(version) => version,
        };
        abi::set_shared_data(key, value, version).is_ok()
    }
}
