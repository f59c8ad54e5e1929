//! AES behind RustCrypto's traits: 32 blocks at once.

use std::marker::PhantomData;

use aes::cipher::array::{Array, ArraySize};
use aes::cipher::common::{BlockSizeUser, KeyInit, KeySizeUser, ParBlocksSizeUser};
use aes::cipher::consts::{U16, U24, U32};
use aes::cipher::inout::{InOut, InOutBuf};
use aes::cipher::{
    BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt, BlockCipherEncBackend, BlockCipherEncClosure,
    BlockCipherEncrypt,
};

use super::bitslice::{Blocks, slice, unslice};
use super::round;
use super::schedule::Schedule;
use super::vector::V128;

pub(super) type Block = Array<u8, U16>;
type ParBlocks = Array<Block, U32>;

/// A key's size in bytes: 16, 24 or 32.
pub trait AesKeySize: ArraySize {}
impl AesKeySize for U16 {}
impl AesKeySize for U24 {}
impl AesKeySize for U32 {}

/// AES, sliced 32 blocks wide. A single block takes as long as 32.
#[derive(Clone)]
pub struct Aes<K: AesKeySize> {
    schedule: Schedule,
    key_size: PhantomData<K>,
}

/// AES with a key of 128 bits.
pub type Aes128 = Aes<U16>;
/// AES with a key of 192 bits.
pub type Aes192 = Aes<U24>;
/// AES with a key of 256 bits.
pub type Aes256 = Aes<U32>;

impl<K: AesKeySize> Aes<K> {
    pub(super) fn schedule(&self) -> &Schedule {
        &self.schedule
    }
}

impl<K: AesKeySize> KeySizeUser for Aes<K> {
    type KeySize = K;
}

impl<K: AesKeySize> BlockSizeUser for Aes<K> {
    type BlockSize = U16;
}

impl<K: AesKeySize> KeyInit for Aes<K> {
    fn new(key: &Array<u8, K>) -> Self {
        Self { schedule: Schedule::expand(key), key_size: PhantomData }
    }
}

impl<K: AesKeySize> BlockCipherEncrypt for Aes<K> {
    fn encrypt_with_backend(&self, f: impl BlockCipherEncClosure<BlockSize = U16>) {
        f.call(&Backend(&self.schedule));
    }
}

impl<K: AesKeySize> BlockCipherDecrypt for Aes<K> {
    fn decrypt_with_backend(&self, f: impl BlockCipherDecClosure<BlockSize = U16>) {
        f.call(&Backend(&self.schedule));
    }
}

struct Backend<'a>(&'a Schedule);

impl Backend<'_> {
    // Not inlined: the mode crates call them from several places, and each is thousands of instructions.
    #[inline(never)]
    fn encrypt(&self, mut blocks: InOut<'_, '_, ParBlocks>) {
        let mut state = slice(load(blocks.get_in()));
        round::encrypt(self.0, &mut state);
        store(unslice(state), blocks.get_out());
    }

    #[inline(never)]
    fn decrypt(&self, mut blocks: InOut<'_, '_, ParBlocks>) {
        let mut state = slice(load(blocks.get_in()));
        round::decrypt(self.0, &mut state);
        store(unslice(state), blocks.get_out());
    }
}

#[inline(always)]
fn load(blocks: &ParBlocks) -> Blocks {
    let mut loaded = Blocks::default();
    for (vector, block) in loaded.as_flattened_mut().iter_mut().zip(blocks) {
        *vector = V128::load(block.as_ref());
    }
    loaded
}

#[inline(always)]
fn store(loaded: Blocks, blocks: &mut ParBlocks) {
    for (vector, block) in loaded.as_flattened().iter().zip(blocks) {
        *block = vector.store().into();
    }
}

/// Processes less than 32 blocks among 32.
fn padded(mut few: InOutBuf<'_, '_, Block>, process: impl Fn(InOut<'_, '_, ParBlocks>)) {
    let mut blocks = ParBlocks::default();
    blocks.iter_mut().zip(few.get_in()).for_each(|(wide, block)| *wide = *block);
    process((&mut blocks).into());
    few.get_out().iter_mut().zip(&blocks).for_each(|(block, wide)| *block = *wide);
}

impl BlockSizeUser for Backend<'_> {
    type BlockSize = U16;
}

impl ParBlocksSizeUser for Backend<'_> {
    type ParBlocksSize = U32;
}

impl BlockCipherEncBackend for Backend<'_> {
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block>) {
        let mut one = block.clone_in();
        self.encrypt_tail_blocks(InOutBuf::from_mut(&mut one));
        *block.get_out() = one;
    }

    fn encrypt_par_blocks(&self, blocks: InOut<'_, '_, ParBlocks>) {
        self.encrypt(blocks);
    }

    fn encrypt_tail_blocks(&self, blocks: InOutBuf<'_, '_, Block>) {
        if !blocks.is_empty() {
            padded(blocks, |blocks| self.encrypt(blocks));
        }
    }
}

impl BlockCipherDecBackend for Backend<'_> {
    fn decrypt_block(&self, mut block: InOut<'_, '_, Block>) {
        let mut one = block.clone_in();
        self.decrypt_tail_blocks(InOutBuf::from_mut(&mut one));
        *block.get_out() = one;
    }

    fn decrypt_par_blocks(&self, blocks: InOut<'_, '_, ParBlocks>) {
        self.decrypt(blocks);
    }

    fn decrypt_tail_blocks(&self, blocks: InOutBuf<'_, '_, Block>) {
        if !blocks.is_empty() {
            padded(blocks, |blocks| self.decrypt(blocks));
        }
    }
}
