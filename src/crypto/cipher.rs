//! AES in each mode, in place: texts that are there as a whole.

use aes::cipher::array::Array;
use aes::cipher::consts::U16;
use aes::cipher::{BlockModeEncrypt, InnerIvInit, KeyInit, StreamCipher};
use aes_gcm::aead::AeadInOut;

use super::backend::{Aes, Backend, Long, Short, pays};
use super::decryption;
use super::gcm::Gcm;
use super::key::Key;
use super::padding;
use super::spec::{CipherMode, CipherSpec};
use super::stack;

/// The most that [`encrypt`] adds: a tag, or a block of padding.
pub(super) const MAX_GROWTH: usize = 16;

type Block = Array<u8, U16>;

/// Decrypts `text` in place; returns of how many of its first bytes the plaintext consists.
///
/// `None` when the GCM tag is wrong, which leaves `text` as it was, and for lengths that the cipher can't produce.
pub(super) fn decrypt(cipher: CipherSpec, key: &Key, iv: &[u8], text: &mut [u8]) -> Option<usize> {
    let length = decryption::start(cipher.mode, key, iv, text.len()).and_then(|mut started| started.finish(text, 0));
    stack::wipe();
    padding::remove(cipher, text.get_mut(..length?)?)
}

/// Encrypts what stands in `text` from `start` on, in place, padded, and appends the tag.
///
/// `None` for a message too long for GCM; `text` is then of no use.
pub(super) fn encrypt(cipher: CipherSpec, key: &Key, iv: &[u8], text: &mut Vec<u8>, start: usize) -> Option<()> {
    padding::add(cipher, text, start);
    encrypt_padded(cipher.mode, key, iv, text, start)
}

/// Encrypts a text that is padded already: with CBC, it must consist of whole blocks.
pub(super) fn encrypt_padded(mode: CipherMode, key: &Key, iv: &[u8], text: &mut Vec<u8>, start: usize) -> Option<()> {
    let encrypted = if pays(mode, false, text.len()) {
        encrypt_by::<Long>(mode, key, iv, text, start)
    } else {
        encrypt_by::<Short>(mode, key, iv, text, start)
    };
    stack::wipe();
    encrypted
}

#[inline(never)]
fn encrypt_by<B: Backend>(mode: CipherMode, key: &Key, iv: &[u8], text: &mut Vec<u8>, start: usize) -> Option<()> {
    match key.bits() {
        128 => encrypt_with::<B::Aes128>(mode, key, iv, text, start),
        192 => encrypt_with::<B::Aes192>(mode, key, iv, text, start),
        _ => encrypt_with::<B::Aes256>(mode, key, iv, text, start),
    }
}

fn encrypt_with<C: Aes>(mode: CipherMode, key: &Key, iv: &[u8], text: &mut Vec<u8>, start: usize) -> Option<()> {
    let cipher = || C::new_from_slice(key.bytes()).ok();
    match mode {
        CipherMode::Gcm => encrypt_gcm::<C>(key, iv, text, start)?,
        CipherMode::Cbc => encrypt_cbc(cipher()?, iv, text, start)?,
        CipherMode::Cfb128 => {
            cfb_mode::Encryptor::inner_iv_init(cipher()?, iv.try_into().ok()?).encrypt(text.get_mut(start..)?);
        }
        CipherMode::Cfb8 => {
            cfb8::Encryptor::inner_iv_init(cipher()?, iv.try_into().ok()?).encrypt(text.get_mut(start..)?)
        }
        CipherMode::Ctr => {
            let mut stream = cipher()?.count(iv.try_into().ok()?);
            stream.try_apply_keystream(text.get_mut(start..)?).ok()?;
        }
    }
    Some(())
}

fn encrypt_gcm<C: Aes>(key: &Key, nonce: &[u8], text: &mut Vec<u8>, start: usize) -> Option<()> {
    let Ok(nonce) = <[u8; 12]>::try_from(nonce) else {
        let tag = Gcm::new(C::new_from_slice(key.bytes()).ok()?, nonce)?.seal(text.get_mut(start..)?)?;
        text.extend_from_slice(&tag);
        return Some(());
    };
    let gcm = C::Gcm::new_from_slice(key.bytes()).ok()?;
    let tag = gcm.encrypt_inout_detached(&nonce.into(), &[], text.get_mut(start..)?.into()).ok()?;
    text.extend_from_slice(&tag);
    Some(())
}

fn encrypt_cbc<C: Aes>(cipher: C, iv: &[u8], text: &mut [u8], start: usize) -> Option<()> {
    let (blocks, []) = Block::slice_as_chunks_mut(text.get_mut(start..)?) else { return None };
    cbc::Encryptor::inner_iv_init(cipher, iv.try_into().ok()?).encrypt_blocks(blocks);
    Some(())
}
