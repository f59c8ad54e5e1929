//! Words that are known as names, from all over the world.
//!
//! An XOR filter (Graf and Lemire, 2020) of one byte a word: it knows every word of the list and takes one in 256 of
//! all others for one. `scripts/known-names` makes it.

static FILTER: &[u8] = include_bytes!("known.bin");

/// Returns whether a word in Latin capitals is a name.
pub(super) fn is_name(word: &[u8]) -> bool {
    let Some((seed, rest)) = FILTER.split_first_chunk() else { return false };
    let Some((block, table)) = rest.split_first_chunk() else { return false };
    let (seed, block) = (u64::from_le_bytes(*seed), u32::from_le_bytes(*block));
    let hash = hash(word, seed);
    let [top, ..] = hash.to_be_bytes();
    let place = |at: u32| {
        let part = hash.rotate_left(21 * at) & u64::from(u32::MAX);
        let place = ((part * u64::from(block)) >> 32) + u64::from(at) * u64::from(block);
        usize::try_from(place).ok().and_then(|place| table.get(place)).copied().unwrap_or_default()
    };
    top == place(0) ^ place(1) ^ place(2)
}

/// FNV-1a, mixed with the seed as SplitMix64 mixes.
fn hash(word: &[u8], seed: u64) -> u64 {
    let fnv = word
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    let mut hash = fnv.wrapping_add(seed);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn knows_names() {
        for name in ["MARTIN", "MARVIN", "LINDBERG", "LUNDBERG", "KUZNETSOV", "PAPADOPOULOS", "BERIDZE", "SARGSYAN"] {
            assert!(is_name(name.as_bytes()), "{name}");
        }
        let unknown = ["MARTLN", "LINDBEGR", "KUZNTESOV", "XQZWV", "SCHNIEDER", "GONZLEAZ"];
        assert!(unknown.iter().filter(|word| is_name(word.as_bytes())).count() <= 1);
    }
}
