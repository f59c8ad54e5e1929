//! What all workers share: a table in the module, one for each filter name. It lives as long as a configuration with
//! that name does.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use zeroize::Zeroizing;

use crate::shared::Expected;

/// Values with their versions. Wiped when they are replaced: the backend's access token is one of them.
#[derive(Default)]
pub struct Table(Mutex<Values>);

type Values = HashMap<String, (Zeroizing<Vec<u8>>, u32)>;

static TABLES: Mutex<Vec<(Vec<u8>, Weak<Table>)>> = Mutex::new(Vec::new());
static LAST_VERSION: AtomicU32 = AtomicU32::new(0);

impl Table {
    /// Returns the table of a filter name, a new one if no configuration has it.
    pub fn of(name: &[u8]) -> Arc<Self> {
        let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
        tables.retain(|(_, table)| table.strong_count() > 0);
        let found = tables.iter().find(|(known, _)| known == name).and_then(|(_, table)| table.upgrade());
        found.unwrap_or_else(|| {
            let table = Arc::new(Self::default());
            tables.push((name.to_vec(), Arc::downgrade(&table)));
            table
        })
    }

    /// Returns a value and its version.
    pub fn get(&self, key: &str) -> Option<(Vec<u8>, u32)> {
        self.values().get(key).map(|(value, version)| (value.to_vec(), *version))
    }

    /// Writes a value if what is there is as expected; whether it did.
    pub fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool {
        let mut values = self.values();
        let version = values.get(key).map(|(_, version)| *version);
        let as_expected = match expected {
            Expected::Anything => true,
            Expected::Nothing => version.is_none(),
            Expected::Version(seen) => version.is_none_or(|version| version == seen),
        };
        if as_expected {
            let next = LAST_VERSION.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            values.insert(key.to_owned(), (Zeroizing::new(value.to_vec()), next));
        }
        as_expected
    }

    fn values(&self) -> MutexGuard<'_, Values> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
