//! The entries of a bucket, in one shared value: oldest first, each a time and two digests.

/// 128 bits of a digest.
pub(super) type Digest = [u8; 16];

/// What was seen, when (seconds since the Unix epoch), and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) time: u32,
    pub(super) key: Digest,
    pub(super) value: Digest,
}

/// Bytes of an entry.
pub(super) const SIZE: usize = 36;

/// Returns the entries of a stored value that are younger than `window` seconds. Bytes behind the last whole one mean
/// nothing.
pub(super) fn young(stored: &[u8], now: u32, window: u32) -> impl Iterator<Item = Entry> {
    let (whole, _) = stored.as_chunks::<SIZE>();
    whole.iter().filter_map(read).filter(move |entry| now.saturating_sub(entry.time) < window)
}

fn read(bytes: &[u8; SIZE]) -> Option<Entry> {
    let (time, digests) = bytes.split_first_chunk()?;
    let (key, value) = digests.split_first_chunk()?;
    Some(Entry { time: u32::from_le_bytes(*time), key: *key, value: value.try_into().ok()? })
}

/// Returns the value of a ring with so many places, and how many entries had to make room for the last one.
pub(super) fn write(young: &[Entry], last: Entry, capacity: usize) -> (Vec<u8>, usize) {
    let evicted = young.len().saturating_add(1).saturating_sub(capacity.max(1));
    let kept = young.iter().skip(evicted).chain([&last]);
    let value = kept.flat_map(|entry| entry.time.to_le_bytes().into_iter().chain(entry.key).chain(entry.value));
    (value.collect(), evicted)
}
