//! The table of the current plugin, as the core's [`SharedData`].

use super::current;
use crate::shared::{Expected, SharedData};

/// The table of the current plugin.
pub struct SharedTable;

impl SharedData for SharedTable {
    fn get(&self, key: &str) -> Option<(Vec<u8>, u32)> {
        current::scope().ok()?.host.table.get(key)
    }

    fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool {
        current::scope().is_ok_and(|scope| scope.host.table.set(key, value, expected))
    }
}
