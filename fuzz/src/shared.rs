//! What the workers of a process share, for as long as one input lasts.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use kyc_gate::shared::{Expected, SharedData};

/// With their versions.
type Values = BTreeMap<String, (Vec<u8>, u32)>;

/// Every worker has a clone.
#[derive(Clone, Default)]
pub struct Table {
    values: Rc<RefCell<Values>>,
    frozen: Rc<Cell<bool>>,
}

impl Table {
    /// Whether writes fail from here on.
    pub fn freeze(&self, frozen: bool) {
        self.frozen.set(frozen);
    }

    /// Overwrites the values whose keys pass, whatever they are.
    pub fn plant(&self, value: &[u8], passes: impl Fn(&str) -> bool) {
        for (_, (held, version)) in self.values.borrow_mut().iter_mut().filter(|(key, _)| passes(key)) {
            *held = value.to_vec();
            *version += 1;
        }
    }

    /// Whether all keys and values are as they should be.
    pub fn all(&self, is_fine: impl Fn(&str, &[u8]) -> bool) -> bool {
        self.values.borrow().iter().all(|(key, (value, _))| is_fine(key, value))
    }

    /// How many writes there were.
    pub fn writes(&self) -> u32 {
        self.values.borrow().values().map(|(_, version)| version).sum()
    }
}

impl SharedData for Table {
    fn get(&self, key: &str) -> Option<(Vec<u8>, u32)> {
        self.values.borrow().get(key).cloned()
    }

    fn set(&self, key: &str, value: &[u8], expected: Expected) -> bool {
        let mut values = self.values.borrow_mut();
        let version = values.get(key).map(|(_, version)| *version);
        let free = match expected {
            Expected::Anything => true,
            Expected::Nothing => version.is_none(),
            Expected::Version(wanted) => version == Some(wanted),
        };
        let written = free && !self.frozen.get();
        if written {
            values.insert(key.to_owned(), (value.to_vec(), version.unwrap_or_default() + 1));
        }
        written
    }
}
