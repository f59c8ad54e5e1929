//! Header maps.

use zeroize::Zeroize;

pub use super::abi::Map;
use super::current;
use crate::gate::host::HostResult;

/// A copy of all headers of a map: while one is looked at, others are removed, and Envoy would free what is read.
pub struct HeaderMap {
    bytes: Vec<u8>,
    /// Where each name and each value ends.
    ends: Vec<(usize, usize)>,
}

impl HeaderMap {
    /// Iterates over names, in lower case, and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
        let mut rest = self.bytes.as_slice();
        let mut at = 0_usize;
        self.ends.iter().map_while(move |&(name_end, value_end)| {
            let (name, behind) = rest.split_at_checked(name_end.checked_sub(at)?)?;
            let (value, behind) = behind.split_at_checked(value_end.checked_sub(name_end)?)?;
            (rest, at) = (behind, value_end);
            Some((name, value))
        })
    }
}

/// For headers that are looked through for secrets.
impl Zeroize for HeaderMap {
    fn zeroize(&mut self) {
        self.bytes.zeroize();
        self.ends.clear();
    }
}

/// Copies all headers of a map.
pub fn headers(map: Map) -> HostResult<HeaderMap> {
    let mut copy = HeaderMap { bytes: Vec::with_capacity(1024), ends: Vec::with_capacity(24) };
    current::filter()?.headers(map, |name, value| {
        copy.bytes.extend_from_slice(name);
        let name_end = copy.bytes.len();
        copy.bytes.extend_from_slice(value);
        copy.ends.push((name_end, copy.bytes.len()));
    })?;
    Ok(copy)
}

/// Sets a header, replacing all of its name.
pub fn set_header(map: Map, name: &str, value: &str) -> HostResult<()> {
    current::filter()?.set_header(map, name.as_bytes(), value.as_bytes())
}

/// Removes all headers of a name.
pub fn remove_header(map: Map, name: &[u8]) -> HostResult<()> {
    current::filter()?.remove_header(map, name)
}
