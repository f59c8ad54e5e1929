//! The ABI's serialised header maps: a little-endian count, the sizes of each name and value, then the bytes of each,
//! NUL-terminated. Read in place.

/// The pairs of a serialised map; stops early at anything malformed.
pub fn iter(map: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> + Clone {
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
