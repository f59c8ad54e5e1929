//! Header maps. The ABI serialises them: a little-endian count, the sizes of each name and value, then the bytes of
//! each, NUL-terminated. Read in place.

use zeroize::Zeroize;

use super::abi;
use crate::gate::host::HostResult;

/// Which headers or trailers; the numbers are the ABI's.
#[derive(Debug, Clone, Copy)]
#[repr(u32)]
pub enum Map {
    /// Of the request.
    RequestHeaders = 0,
    /// Of the request.
    RequestTrailers = 1,
    /// Of the response.
    ResponseHeaders = 2,
    /// Of the response.
    ResponseTrailers = 3,
    /// Of the response to a call of the gate's own.
    CallResponseHeaders = 6,
}

/// A copy of all headers of a map.
pub struct HeaderMap(Vec<u8>);

impl HeaderMap {
    /// Iterates over names, in lower case, and values, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
        pairs(&self.0)
    }
}

/// For headers that are looked through for secrets.
impl Zeroize for HeaderMap {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// Copies all headers of a map.
pub fn headers(map: Map) -> HostResult<HeaderMap> {
    abi::header_pairs(map as u32).map(HeaderMap)
}

/// Sets a header, replacing all of its name.
pub fn set_header(map: Map, name: &str, value: &str) -> HostResult<()> {
    abi::set_header(map as u32, name, value)
}

/// Removes all headers of a name.
pub fn remove_header(map: Map, name: &[u8]) -> HostResult<()> {
    abi::remove_header(map as u32, name)
}

/// Returns the pairs of a serialised map; stops early at anything malformed.
fn pairs(map: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
    let count = read_u32(map, 0).unwrap_or_default();
    let mut sizes_at = 4_usize;
    let mut bytes_at = count.saturating_mul(8).saturating_add(4);
    (0..count).map_while(move |_| {
        let name_size = read_u32(map, sizes_at)?;
        let value_size = read_u32(map, sizes_at.checked_add(4)?)?;
        sizes_at = sizes_at.checked_add(8)?;
        let name_end = bytes_at.checked_add(name_size)?;
        let value_at = name_end.checked_add(1)?;
        let value_end = value_at.checked_add(value_size)?;
        let pair = (map.get(bytes_at..name_end)?, map.get(value_at..value_end)?);
        bytes_at = value_end.checked_add(1)?;
        Some(pair)
    })
}

/// Serialises headers for the host.
pub fn serialise(headers: &[(&str, &str)]) -> Vec<u8> {
    let mut map = Vec::new();
    push_u32(&mut map, headers.len());
    for (name, value) in headers {
        push_u32(&mut map, name.len());
        push_u32(&mut map, value.len());
    }
    for (name, value) in headers {
        map.extend_from_slice(name.as_bytes());
        map.push(0);
        map.extend_from_slice(value.as_bytes());
        map.push(0);
    }
    map
}

fn read_u32(map: &[u8], at: usize) -> Option<usize> {
    let bytes = map.get(at..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}

fn push_u32(map: &mut Vec<u8>, number: usize) {
    map.extend_from_slice(&u32::try_from(number).unwrap_or_default().to_le_bytes());
}
