//! AES decryption in each mode, in place and piece by piece.

use aes::cipher::array::Array;
use aes::cipher::consts::U16;
use aes::cipher::{BlockModeDecrypt, InnerIvInit, KeyIvInit, StreamCipher};
use zeroize::Zeroizing;

use super::backend::{Aes, Backend, Long, Short, pays};
use super::gcm::{self, Gcm};
use super::key::Key;
use super::spec::CipherMode;

const BLOCK: usize = 16;

/// What [`Decryption::advance`] wants multiples of: the blocks that the widest implementation works on at once.
pub(super) const GROUP: usize = 32 * BLOCK;

/// What a decryption needs beside its own size, at most: round keys and tables of the vector ciphers.
const TABLES: usize = 16 * 1024;

type Block = Array<u8, U16>;

/// A decryption in the middle of a text.
pub(super) trait Decryption {
    /// Decrypts the next bytes, a multiple of [`GROUP`]. With GCM, nothing says yet that they are authentic.
    fn advance(&mut self, next: &mut [u8]);

    /// Decrypts what follows the first `done` bytes of the whole text; the plaintext is as many of the text's first
    /// bytes as the answer says.
    ///
    /// `None` when the GCM tag is wrong, which leaves what follows `done` as it was, and for lengths that the mode
    /// can't produce.
    ///
    /// Nothing is moved out of the decryption, so that it is wiped where it lies.
    fn finish(&mut self, text: &mut [u8], done: usize) -> Option<usize>;
}

/// Returns the bytes of memory that a decryption takes.
pub(super) fn size(decryption: &dyn Decryption) -> usize {
    size_of_val(decryption) + TABLES
}

/// Starts on a text of `length` bytes at least. `None` for an IV of a wrong length.
///
/// What it leaves on the stack is for the caller to [wipe](super::stack::wipe); so it has a frame of its own.
#[inline(never)]
pub(super) fn start(mode: CipherMode, key: &Key, iv: &[u8], length: usize) -> Option<Box<dyn Decryption>> {
    if pays(mode, true, length) { start_by::<Long>(mode, key, iv) } else { start_by::<Short>(mode, key, iv) }
}

fn start_by<B: Backend>(mode: CipherMode, key: &Key, iv: &[u8]) -> Option<Box<dyn Decryption>> {
    match key.bits() {
        128 => start_with::<B::Aes128>(mode, key, iv),
        192 => start_with::<B::Aes192>(mode, key, iv),
        _ => start_with::<B::Aes256>(mode, key, iv),
    }
}

fn start_with<C: Aes>(mode: CipherMode, key: &Key, iv: &[u8]) -> Option<Box<dyn Decryption>> {
    let cipher = || C::new_from_slice(key.bytes()).ok();
    Some(match mode {
        CipherMode::Gcm => Box::new(Gcm::new(cipher()?, iv)?),
        CipherMode::Cbc => Box::new(Cbc::<C>(cbc::Decryptor::new_from_slices(key.bytes(), iv).ok()?)),
        CipherMode::Cfb128 => Box::new(Cfb128::<C>(cfb_mode::Decryptor::inner_iv_init(cipher()?, iv.try_into().ok()?))),
        CipherMode::Cfb8 => Box::new(Cfb8 { cipher: cipher()?, register: iv.try_into().ok()? }),
        CipherMode::Ctr => Box::new(Ctr::<C>(cipher()?.count(iv.try_into().ok()?))),
    })
}

/// Turns what GCM has made of the beginning of a text back into ciphertext.
///
/// Leaves its traces on the stack like [`start`].
#[inline(never)]
pub(super) fn undo_gcm(key: &Key, nonce: &[u8], text: &mut [u8]) -> Option<()> {
    if pays(CipherMode::Ctr, true, text.len()) {
        undo_gcm_by::<Long>(key, nonce, text)
    } else {
        undo_gcm_by::<Short>(key, nonce, text)
    }
}

fn undo_gcm_by<B: Backend>(key: &Key, nonce: &[u8], text: &mut [u8]) -> Option<()> {
    match key.bits() {
        128 => gcm::apply_key_stream::<B::Aes128>(key, nonce, text),
        192 => gcm::apply_key_stream::<B::Aes192>(key, nonce, text),
        _ => gcm::apply_key_stream::<B::Aes256>(key, nonce, text),
    }
}

impl<C: Aes> Decryption for Gcm<C> {
    fn advance(&mut self, next: &mut [u8]) {
        self.decrypt(next);
    }

    fn finish(&mut self, text: &mut [u8], done: usize) -> Option<usize> {
        let (text, tag) = text.split_last_chunk_mut()?;
        self.open(text, done, tag)?;
        Some(text.len())
    }
}

struct Ctr<C: Aes>(C::Ctr);

impl<C: Aes> Decryption for Ctr<C> {
    fn advance(&mut self, next: &mut [u8]) {
        self.0.apply_keystream(next);
    }

    fn finish(&mut self, text: &mut [u8], done: usize) -> Option<usize> {
        self.0.apply_keystream(text.get_mut(done..)?);
        Some(text.len())
    }
}

struct Cbc<C: Aes>(cbc::Decryptor<C::Inverse>);

impl<C: Aes> Decryption for Cbc<C> {
    fn advance(&mut self, next: &mut [u8]) {
        self.0.decrypt_blocks(Block::slice_as_chunks_mut(next).0);
    }

    fn finish(&mut self, text: &mut [u8], done: usize) -> Option<usize> {
        let ([], _) = text.as_rchunks::<BLOCK>() else { return None };
        decrypt_padded::<C>(&mut self.0, text.get_mut(done..)?)?;
        Some(text.len())
    }
}

struct Cfb128<C: Aes>(cfb_mode::Decryptor<C>);

impl<C: Aes> Decryption for Cfb128<C> {
    fn advance(&mut self, next: &mut [u8]) {
        self.0.decrypt_blocks(Block::slice_as_chunks_mut(next).0);
    }

    fn finish(&mut self, text: &mut [u8], done: usize) -> Option<usize> {
        decrypt_padded::<C>(&mut self.0, text.get_mut(done..)?)?;
        Some(text.len())
    }
}

/// Decrypts a text as if it had as many blocks as suits the implementation. What comes later in a text makes no
/// difference to these modes.
fn decrypt_padded<C: Aes>(mode: &mut impl BlockModeDecrypt<BlockSize = U16>, text: &mut [u8]) -> Option<()> {
    let (whole, rest) = text.split_at_mut_checked(text.len() - text.len() % (C::WIDTH * BLOCK))?;
    mode.decrypt_blocks(Block::slice_as_chunks_mut(whole).0);
    if !rest.is_empty() {
        let mut padded = Zeroizing::new([0; GROUP]);
        let padded = padded.get_mut(..C::WIDTH * BLOCK)?;
        padded.iter_mut().zip(rest.iter()).for_each(|(slot, byte)| *slot = *byte);
        mode.decrypt_blocks(Block::slice_as_chunks_mut(padded).0);
        rest.iter_mut().zip(padded).for_each(|(byte, slot)| *byte = *slot);
    }
    Some(())
}

/// CFB8 takes one AES block for each byte. The `cfb8` crate computes them one after the other, but all the inputs are
/// known when decrypting, so they can be computed side by side, which the AES implementations do several times faster.
struct Cfb8<C> {
    cipher: C,
    /// The last bytes of ciphertext, at first the IV.
    register: [u8; BLOCK],
}

/// The bytes that CFB8 works on at once.
const BATCH: usize = 64;

impl<C: Aes> Cfb8<C> {
    fn decrypt(&mut self, batch: &mut [u8]) {
        let mut seen = [0; BLOCK + BATCH];
        let inputs = self.register.iter().chain(&*batch);
        seen.iter_mut().zip(inputs).for_each(|(slot, byte)| *slot = *byte);
        let mut blocks = [Block::default(); BATCH];
        blocks.iter_mut().zip(seen.windows(BLOCK)).for_each(|(block, window)| block.copy_from_slice(window));
        self.cipher.encrypt_blocks(&mut blocks);
        let last = seen.iter().skip(batch.len());
        self.register.iter_mut().zip(last).for_each(|(slot, byte)| *slot = *byte);
        for (byte, Array([first, ..])) in batch.iter_mut().zip(&blocks) {
            *byte ^= first;
        }
    }
}

impl<C: Aes> Decryption for Cfb8<C> {
    fn advance(&mut self, next: &mut [u8]) {
        next.chunks_mut(BATCH).for_each(|batch| self.decrypt(batch));
    }

    fn finish(&mut self, text: &mut [u8], done: usize) -> Option<usize> {
        self.advance(text.get_mut(done..)?);
        Some(text.len())
    }
}

#[cfg(test)]
#[cfg(feature = "simd")]
mod tests {
    use super::{GROUP, TABLES, size, start_by, undo_gcm};
    use crate::crypto::backend::vectors::{Permutations, Sliced};
    use crate::crypto::backend::{Backend, Crates};
    use crate::crypto::spec::CipherMode;
    use crate::crypto::{Key, KeyEncoding, cipher};

    /// Modes, and the bytes of their IVs.
    const MODES: [(CipherMode, usize); 6] = [
        (CipherMode::Gcm, 12),
        (CipherMode::Gcm, 16),
        (CipherMode::Cbc, 16),
        (CipherMode::Cfb128, 16),
        (CipherMode::Cfb8, 16),
        (CipherMode::Ctr, 16),
    ];
    const LENGTHS: [usize; 9] = [0, 1, 496, 511, 512, 1040, 4096, 20_000, 20_479];

    fn keys() -> [Key; 3] {
        [32, 48, 64].map(|digits| {
            let text: String = "0123456789abcdef".chars().cycle().take(digits).collect();
            Key::decode(&text, Some(KeyEncoding::Hex)).unwrap()
        })
    }

    /// Decrypts by pieces of so many groups, as far as `advance` may.
    fn by<B: Backend>(mode: CipherMode, key: &Key, iv: &[u8], sealed: &[u8], groups: usize) -> Option<Vec<u8>> {
        let mut text = sealed.to_vec();
        let mut decryption = start_by::<B>(mode, key, iv).unwrap();
        let mut done = 0;
        while done + groups * GROUP + 16 <= text.len() {
            decryption.advance(&mut text[done..done + groups * GROUP]);
            done += groups * GROUP;
        }
        if let Some(length) = decryption.finish(&mut text, done) {
            text.truncate(length);
            return Some(text);
        }
        if mode == CipherMode::Gcm {
            undo_gcm(key, iv, &mut text[..done]).unwrap();
        }
        assert!(mode == CipherMode::Cbc || text == sealed, "left as it came");
        None
    }

    /// Every implementation, natively as well: where there are no vectors, what stands in for them.
    #[test]
    fn pieces_make_no_difference() {
        for ((mode, iv_bytes), length) in MODES.into_iter().flat_map(|mode| LENGTHS.map(|length| (mode, length))) {
            // CBC takes whole blocks; what fills them up is for others to add.
            let length = if mode == CipherMode::Cbc { length.next_multiple_of(16) } else { length };
            let plain: Vec<u8> = (0..length).map(|at| u8::try_from(at * at % 251).unwrap()).collect();
            for key in keys() {
                let iv = vec![0xfe; iv_bytes];
                let mut sealed = plain.clone();
                cipher::encrypt_padded(mode, &key, &iv, &mut sealed, 0).unwrap();
                for groups in [1, 2, 7, 100] {
                    let all = |sealed: &[u8]| {
                        [
                            by::<Crates>(mode, &key, &iv, sealed, groups),
                            by::<Permutations>(mode, &key, &iv, sealed, groups),
                            by::<Sliced>(mode, &key, &iv, sealed, groups),
                        ]
                    };
                    assert!(all(&sealed).iter().all(|found| found.as_ref() == Some(&plain)), "{mode:?} {length}");
                    let mut changed = sealed.clone();
                    if let Some(byte) = changed.get_mut(length / 2) {
                        *byte ^= 1;
                    }
                    let [crates, permutations, sliced] = all(&changed);
                    assert!(crates == permutations && crates == sliced, "{mode:?} {length}");
                    assert!(mode != CipherMode::Gcm || crates.is_none());
                }
            }
        }
    }

    #[test]
    fn sizes() {
        for (mode, iv_bytes) in MODES {
            let decryption = start_by::<Sliced>(mode, &keys()[2], &vec![0; iv_bytes]).unwrap();
            assert!((TABLES..2 * TABLES).contains(&size(decryption.as_ref())), "{mode:?}");
        }
        assert!(start_by::<Sliced>(CipherMode::Ctr, &keys()[0], &[0; 12]).is_none());
        assert!(start_by::<Sliced>(CipherMode::Gcm, &keys()[0], &[0; 13]).is_none());
    }
}
