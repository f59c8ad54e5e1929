//! AES-GCM (NIST SP 800-38D) with nonces of 96 and tags of 128 bits.

use aes::cipher::BlockCipherEncrypt;
use aes::cipher::array::Array;
use aes::cipher::common::{KeyInit, KeySizeUser};
use aes::cipher::consts::{U12, U16};
use aes::cipher::inout::InOutBuf;
use aes_gcm::P_MAX;
use aes_gcm::aead::{AeadCore, AeadInOut, Error, TagPosition};
use ghash::universal_hash::UniversalHash;
use zeroize::Zeroizing;

use super::aes::{Aes, AesKeySize};
use super::ctr::KeyStream;
use super::ghash::GHash;

type Block = Array<u8, U16>;
type Nonce = Array<u8, U12>;

/// AES-GCM.
#[derive(Clone)]
pub struct Gcm<K: AesKeySize> {
    aes: Aes<K>,
    hash: GHash,
}

impl<K: AesKeySize> Gcm<K> {
    /// Returns the key stream of a message, and what masks its tag.
    fn start(&self, nonce: &Nonce) -> (KeyStream, Block) {
        let mut counter = [0; 16];
        let [start @ .., _, _, _, one] = &mut counter;
        *start = (*nonce).into();
        *one = 1;
        // A carry out of the last 32 bits, where this counter would differ from GCM's, is further away than the longest
        // message.
        let mut stream = KeyStream::new(self.aes.schedule(), counter);
        let mut mask = Block::default();
        stream.apply(self.aes.schedule(), &mut mask);
        (stream, mask)
    }

    fn hash(&self, associated_data: &[u8], text: &[u8]) -> Result<GHash, Error> {
        let bits = |bytes: &[u8]| u64::try_from(bytes.len()).ok()?.checked_mul(8);
        let lengths = [bits(associated_data).ok_or(Error)?.to_be_bytes(), bits(text).ok_or(Error)?.to_be_bytes()];
        let mut hash = self.hash.clone();
        hash.update_padded(associated_data);
        hash.update_padded(text);
        hash.update_padded(lengths.as_flattened());
        Ok(hash)
    }
}

fn add(mut a: Block, b: &Block) -> Block {
    a.iter_mut().zip(b).for_each(|(a, b)| *a ^= b);
    a
}

fn check_length(text: &InOutBuf<'_, '_, u8>) -> Result<(), Error> {
    let fits = u64::try_from(text.len()).is_ok_and(|length| length <= P_MAX);
    if fits { Ok(()) } else { Err(Error) }
}

impl<K: AesKeySize> From<Aes<K>> for Gcm<K> {
    fn from(aes: Aes<K>) -> Self {
        let mut key = Zeroizing::new([0; 16]);
        aes.encrypt_block((&mut *key).into());
        let hash = GHash::new((&*key).into());
        Self { aes, hash }
    }
}

impl<K: AesKeySize> KeySizeUser for Gcm<K> {
    type KeySize = K;
}

impl<K: AesKeySize> KeyInit for Gcm<K> {
    fn new(key: &Array<u8, K>) -> Self {
        Aes::new(key).into()
    }
}

impl<K: AesKeySize> AeadCore for Gcm<K> {
    type NonceSize = U12;
    type TagSize = U16;
    const TAG_POSITION: TagPosition = TagPosition::Postfix;
}

impl<K: AesKeySize> AeadInOut for Gcm<K> {
    fn encrypt_inout_detached(
        &self,
        nonce: &Nonce,
        associated_data: &[u8],
        text: InOutBuf<'_, '_, u8>,
    ) -> Result<Block, Error> {
        check_length(&text)?;
        let (mut stream, mask) = self.start(nonce);
        let text = text.into_out_with_copied_in();
        stream.apply(self.aes.schedule(), text);
        let hash = self.hash(associated_data, text)?;
        Ok(add(hash.finalize(), &mask))
    }

    fn decrypt_inout_detached(
        &self,
        nonce: &Nonce,
        associated_data: &[u8],
        text: InOutBuf<'_, '_, u8>,
        tag: &Block,
    ) -> Result<(), Error> {
        check_length(&text)?;
        let (mut stream, mask) = self.start(nonce);
        let hash = self.hash(associated_data, text.get_in())?;
        hash.verify(&add(mask, tag)).map_err(|_| Error)?;
        stream.apply(self.aes.schedule(), text.into_out_with_copied_in());
        Ok(())
    }
}
