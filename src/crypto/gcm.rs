//! GCM without associated data (NIST SP 800-38D), piece by piece, with nonces of 96 or 128 bits and tags of 128.

use aes::cipher::StreamCipher;
use aes_gcm::P_MAX;
use ghash::universal_hash::{KeyInit, UniversalHash};
use zeroize::Zeroizing;

use super::backend::Aes;
use super::key::Key;

const BLOCK: usize = 16;
const TAG: usize = 16;

/// What is hashed and decrypted before the next bytes are, so that they stay in the processor's cache.
const PIECE: usize = 16 * 1024;

/// A message on its way through GCM.
pub(super) struct Gcm<C: Aes> {
    stream: KeyStream<C>,
    hash: C::Hash,
    /// What is added to the hash to make the tag.
    mask: Zeroizing<[u8; TAG]>,
}

impl<C: Aes> Gcm<C> {
    /// Starts on a message. `None` for a nonce of another length than 12 or 16 bytes.
    pub(super) fn new(cipher: C, nonce: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; BLOCK]);
        cipher.encrypt_block((&mut *key).into());
        let hash = C::Hash::new((&*key).into());
        let mut stream = KeyStream::new(cipher, &hash, nonce)?;
        let mut mask = Zeroizing::new([0; TAG]);
        stream.apply(&mut *mask);
        Some(Self { stream, hash, mask })
    }

    /// Decrypts the next bytes, a multiple of a block. Nothing says yet that they are authentic.
    pub(super) fn decrypt(&mut self, next: &mut [u8]) {
        for piece in next.chunks_mut(PIECE) {
            self.hash.update_padded(piece);
            self.stream.apply(piece);
        }
    }

    /// Decrypts what follows the first `done` bytes of the whole text. `None` for a wrong tag, which leaves these bytes
    /// as they were, or a text that is too long.
    pub(super) fn open(&mut self, text: &mut [u8], done: usize, tag: &[u8; TAG]) -> Option<()> {
        let lengths = lengths(text.len())?;
        let rest = text.get_mut(done..)?;
        self.hash.update_padded(rest);
        self.hash.update_padded(&lengths);
        self.mask.iter_mut().zip(tag).for_each(|(mask, byte)| *mask ^= *byte);
        self.hash.clone().verify((&*self.mask).into()).ok()?;
        self.stream.apply(rest);
        Some(())
    }

    /// Encrypts a whole text; returns its tag. `None` for a text that is too long.
    pub(super) fn seal(&mut self, text: &mut [u8]) -> Option<[u8; TAG]> {
        let lengths = lengths(text.len())?;
        self.stream.apply(text);
        self.hash.update_padded(text);
        self.hash.update_padded(&lengths);
        let mut tag: [u8; TAG] = self.hash.clone().finalize().into();
        tag.iter_mut().zip(&*self.mask).for_each(|(byte, mask)| *byte ^= mask);
        Some(tag)
    }
}

/// Adds the key stream to the beginning of a text, which turns ciphertext into plaintext and back.
pub(super) fn apply_key_stream<C: Aes>(key: &Key, nonce: &[u8], text: &mut [u8]) -> Option<()> {
    Gcm::new(C::new_from_slice(key.bytes()).ok()?, nonce)?.stream.apply(text);
    Some(())
}

/// Returns the last block that is hashed: no bits of associated data, and those of the text.
fn lengths(text: usize) -> Option<[u8; BLOCK]> {
    let length = u64::try_from(text).ok().filter(|length| *length <= P_MAX)?;
    Some((u128::from(length) * 8).to_be_bytes())
}

/// The key stream from the block that masks the tag on.
struct KeyStream<C: Aes> {
    stream: C::Ctr,
    /// Where the counter may run over.
    wrap: Option<Box<Wrap<C>>>,
}

/// GCM counts in the last 32 bits of the counter block alone (SP 800-38D section 6.2), where [`Aes::count`] carries
/// into the others.
struct Wrap<C> {
    cipher: C,
    /// The block after that with the greatest count.
    zero: [u8; BLOCK],
    /// Bytes until then.
    left: u64,
}

impl<C: Aes> KeyStream<C> {
    fn new(cipher: C, hash: &C::Hash, nonce: &[u8]) -> Option<Self> {
        if let Ok(nonce) = <&[u8; 12]>::try_from(nonce) {
            let mut first = [0; BLOCK];
            let [start @ .., _, _, _, last] = &mut first;
            (*start, *last) = (*nonce, 1);
            // The counter runs over further away than the longest message reaches.
            return Some(Self { stream: cipher.count(&first.into()), wrap: None });
        }
        let nonce = <&[u8; BLOCK]>::try_from(nonce).ok()?;
        let mut hash = hash.clone();
        hash.update_padded(nonce);
        hash.update_padded(&(8 * BLOCK as u128).to_be_bytes());
        let first: [u8; BLOCK] = hash.finalize().into();
        let stream = cipher.clone().count(&first.into());
        let (zero, count) = split_count(first);
        let wrap = Wrap { cipher, zero, left: blocks_to_bytes((1 << 32) - u64::from(count)) };
        Some(Self { stream, wrap: Some(Box::new(wrap)) })
    }

    fn apply(&mut self, text: &mut [u8]) {
        let mut text = text;
        if let Some(wrap) = &mut self.wrap {
            while let Ok(left) = usize::try_from(wrap.left)
                && let Some(now) = text.split_off_mut(..left)
            {
                self.stream.apply_keystream(now);
                self.stream = wrap.cipher.clone().count(&wrap.zero.into());
                wrap.left = blocks_to_bytes(1 << 32);
            }
            wrap.left = wrap.left.saturating_sub(u64::try_from(text.len()).unwrap_or(u64::MAX));
        }
        self.stream.apply_keystream(text);
    }
}

/// Splits a counter block into the one with the count 0, and its count.
fn split_count(block: [u8; BLOCK]) -> ([u8; BLOCK], u32) {
    let [start @ .., a, b, c, d] = block;
    let mut zero = [0; BLOCK];
    zero.iter_mut().zip(start).for_each(|(slot, byte)| *slot = byte);
    (zero, u32::from_be_bytes([a, b, c, d]))
}

const fn blocks_to_bytes(blocks: u64) -> u64 {
    blocks.saturating_mul(BLOCK as u64)
}
