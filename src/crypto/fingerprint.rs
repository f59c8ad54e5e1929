//! Texts told apart by 16 bytes.

use aes::cipher::KeyInit;
use ghash::universal_hash::UniversalHash;

use super::backend::Hash;

/// GHASH (NIST SP 800-38D section 6.4) of a text and its length. Who doesn't know the key can't find two texts with the
/// same fingerprint but by chance: one in 2^107 for texts of 16 MiB. The fingerprint itself has to stay secret as well.
#[must_use]
pub fn fingerprint(key: &[u8; 16], text: &[u8]) -> [u8; 16] {
    let mut hash = <Hash as KeyInit>::new(key.into());
    hash.update_padded(text);
    hash.update_padded(&u128::try_from(text.len()).unwrap_or(u128::MAX).to_be_bytes());
    hash.finalize().into()
}
