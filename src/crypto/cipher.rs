//! AES in each mode, in place.

use aes::cipher::array::Array;
use aes::cipher::consts::{U12, U16};
use aes::cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, BlockSizeUser, InnerIvInit, KeyInit,
    StreamCipher,
};
use aes::{Aes128, Aes192, Aes256};
use aes_gcm::AesGcm;
use aes_gcm::aead::AeadInOut;

use super::key::Key;
use super::spec::Mode;

const BLOCK: usize = 16;
const TAG: usize = 16;

/// The most that [`encrypt`] adds: a tag, or a block of padding.
pub(super) const MAX_GROWTH: usize = 16;

type Block = Array<u8, U16>;

/// What the modes ask of AES, whatever the key size or the implementation.
trait Aes: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt {}
impl<C: KeyInit + BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + BlockCipherDecrypt> Aes for C {}

/// Decrypts `text` in place; the plaintext is as many of its first bytes as the answer says.
///
/// `None` when the GCM tag is wrong, which leaves `text` as it was, and for lengths that the mode can't produce.
pub(super) fn decrypt(mode: Mode, key: &Key, iv: &[u8], text: &mut [u8]) -> Option<usize> {
    match key.bits() {
        128 => decrypt_with::<Aes128>(mode, key, iv, text),
        192 => decrypt_with::<Aes192>(mode, key, iv, text),
        _ => decrypt_with::<Aes256>(mode, key, iv, text),
    }
}

/// Encrypts what stands in `text` from `start` on, in place, and appends the padding or the tag.
///
/// `None` for a message too long for GCM; `text` is then of no use.
pub(super) fn encrypt(mode: Mode, key: &Key, iv: &[u8], text: &mut Vec<u8>, start: usize) -> Option<()> {
    match key.bits() {
        128 => encrypt_with::<Aes128>(mode, key, iv, text, start),
        192 => encrypt_with::<Aes192>(mode, key, iv, text, start),
        _ => encrypt_with::<Aes256>(mode, key, iv, text, start),
    }
}

fn decrypt_with<C: Aes>(mode: Mode, key: &Key, iv: &[u8], text: &mut [u8]) -> Option<usize> {
    let cipher = C::new_from_slice(key.bytes()).ok()?;
    match mode {
        Mode::Gcm => decrypt_gcm(cipher, iv, text),
        Mode::Cbc => decrypt_cbc(cipher, iv, text),
        Mode::Cfb128 => decrypt_cfb128(cipher, iv, text),
        Mode::Cfb8 => decrypt_cfb8(&cipher, iv, text),
        Mode::Ctr => apply_ctr(cipher, iv, text),
    }
}

fn encrypt_with<C: Aes>(mode: Mode, key: &Key, iv: &[u8], text: &mut Vec<u8>, start: usize) -> Option<()> {
    let cipher = C::new_from_slice(key.bytes()).ok()?;
    match mode {
        Mode::Gcm => encrypt_gcm(cipher, iv, text, start)?,
        Mode::Cbc => encrypt_cbc(cipher, iv, text, start)?,
        Mode::Cfb128 => {
            cfb_mode::Encryptor::inner_iv_init(cipher, iv.try_into().ok()?).encrypt(text.get_mut(start..)?);
        }
        Mode::Cfb8 => cfb8::Encryptor::inner_iv_init(cipher, iv.try_into().ok()?).encrypt(text.get_mut(start..)?),
        Mode::Ctr => {
            apply_ctr(cipher, iv, text.get_mut(start..)?)?;
        }
    }
    Some(())
}

fn decrypt_gcm<C: Aes>(cipher: C, nonce: &[u8], text: &mut [u8]) -> Option<usize> {
    let (text, tag) = text.split_last_chunk_mut::<TAG>()?;
    let gcm = AesGcm::<C, U12>::from(cipher);
    gcm.decrypt_inout_detached(nonce.try_into().ok()?, &[], (&mut *text).into(), (&*tag).into()).ok()?;
    Some(text.len())
}

fn encrypt_gcm<C: Aes>(cipher: C, nonce: &[u8], text: &mut Vec<u8>, start: usize) -> Option<()> {
    let gcm = AesGcm::<C, U12>::from(cipher);
    let tag = gcm.encrypt_inout_detached(nonce.try_into().ok()?, &[], text.get_mut(start..)?.into()).ok()?;
    text.extend_from_slice(&tag);
    Some(())
}

fn decrypt_cbc<C: Aes>(cipher: C, iv: &[u8], text: &mut [u8]) -> Option<usize> {
    let (blocks, []) = Block::slice_as_chunks_mut(text) else { return None };
    cbc::Decryptor::inner_iv_init(cipher, iv.try_into().ok()?).decrypt_blocks(blocks);
    unpad(text)
}

fn encrypt_cbc<C: Aes>(cipher: C, iv: &[u8], text: &mut Vec<u8>, start: usize) -> Option<()> {
    let padding = BLOCK - text.get(start..)?.len() % BLOCK;
    text.resize(text.len() + padding, u8::try_from(padding).ok()?);
    let (blocks, _) = Block::slice_as_chunks_mut(text.get_mut(start..)?);
    cbc::Encryptor::inner_iv_init(cipher, iv.try_into().ok()?).encrypt_blocks(blocks);
    Some(())
}

/// Takes the padding of RFC 5652 section 6.3 off, if it is one.
///
/// If it isn't, the text is as long as before and ends in NUL, as no JSON document does. So the caller parses good and
/// bad alike and takes as long for it: telling them apart, be it by microseconds, would let anybody who can post decrypt
/// what he has recorded (Vaudenay's padding oracle). For the same reason there is no branch here.
fn unpad(text: &mut [u8]) -> Option<usize> {
    let length = text.len();
    let tail = text.last_chunk_mut::<BLOCK>()?;
    let [.., padding] = *tail;
    let mut bad = below(padding, 1) | below(16, padding);
    for (distance, byte) in (0..).zip(tail.iter().rev()) {
        bad |= below(distance, padding) & (*byte ^ padding);
    }
    let good = below(bad, 1);
    let [.., last] = tail;
    *last &= good;
    Some(length - usize::from(padding & good))
}

/// All ones if `a < b`, else zero.
fn below(a: u8, b: u8) -> u8 {
    let [borrow, _] = u16::from(a).wrapping_sub(u16::from(b)).to_be_bytes();
    borrow
}

fn decrypt_cfb128<C: Aes>(cipher: C, iv: &[u8], text: &mut [u8]) -> Option<usize> {
    cfb_mode::Decryptor::inner_iv_init(cipher, iv.try_into().ok()?).decrypt(text);
    Some(text.len())
}

/// CFB8 takes one AES block for each byte. The `cfb8` crate computes them one after the other, but all the inputs are
/// known when decrypting, so they can be computed side by side, which the AES implementations do several times faster.
fn decrypt_cfb8<C: Aes>(cipher: &C, iv: &[u8], text: &mut [u8]) -> Option<usize> {
    const BATCH: usize = 64;
    let mut seen = [0; BLOCK + BATCH];
    let (register, _) = seen.split_first_chunk_mut::<BLOCK>()?;
    *register = iv.try_into().ok()?;
    let mut blocks = [Block::default(); BATCH];
    for batch in text.chunks_mut(BATCH) {
        seen.iter_mut().skip(BLOCK).zip(batch.iter()).for_each(|(slot, byte)| *slot = *byte);
        blocks.iter_mut().zip(seen.windows(BLOCK)).for_each(|(block, window)| block.copy_from_slice(window));
        cipher.encrypt_blocks(&mut blocks);
        for (byte, Array([first, ..])) in batch.iter_mut().zip(&blocks) {
            *byte ^= first;
        }
        seen.copy_within(batch.len()..batch.len() + BLOCK, 0);
    }
    Some(text.len())
}

fn apply_ctr<C: Aes>(cipher: C, iv: &[u8], text: &mut [u8]) -> Option<usize> {
    let core = ctr::CtrCore::<C, ctr::flavors::Ctr128BE>::inner_iv_init(cipher, iv.try_into().ok()?);
    ctr::Ctr128BE::from_core(core).try_apply_keystream(text).ok()?;
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::unpad;

    #[test]
    fn unpads_like_rfc_5652() {
        for padding in 0..=255u8 {
            for wrong in 0..=16 {
                let mut text = [padding; 32];
                text[..16].fill(b'x');
                // The last byte is the padding's length, whatever it is.
                if wrong < 15 {
                    text[16 + wrong] ^= 0x41;
                }
                let inside = wrong < 15 && 16 - wrong <= usize::from(padding);
                let good = (1..=16).contains(&padding) && !inside;
                let before = text;
                let length = unpad(&mut text).unwrap();
                if good {
                    assert_eq!(text[..length], before[..32 - usize::from(padding)]);
                } else {
                    assert_eq!((length, &text[..31], text[31]), (32, &before[..31], 0));
                }
            }
        }
    }

    #[test]
    fn nothing_is_not_padded() {
        assert_eq!(unpad(&mut []), None);
        assert_eq!(unpad(&mut [1; 15]), None);
    }
}
