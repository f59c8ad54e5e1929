//! GHASH (NIST SP 800-38D section 6.4), one block after the other.

use aes::cipher::array::Array;
use ghash::universal_hash::common::{BlockSizeUser, KeyInit, KeySizeUser, ParBlocksSizeUser};
use ghash::universal_hash::consts::{U1, U16};
use ghash::universal_hash::{UhfBackend, UhfClosure, UniversalHash};
use zeroize::Zeroizing;

use super::product::Product;
use super::vector::V128;

type Block = Array<u8, U16>;

/// GHASH.
#[derive(Clone)]
pub struct ShortHash {
    key: Product,
    sum: Zeroizing<V128>,
}

impl ShortHash {
    /// Returns the hash of the blocks so far.
    pub(super) fn sum(&self) -> V128 {
        *self.sum
    }

    /// Forgets the blocks so far.
    pub(super) fn reset(&mut self) {
        *self.sum = V128::default();
    }

    /// Adds the next blocks.
    pub(super) fn add(&mut self, blocks: impl Iterator<Item = V128>) {
        let mut sum = *self.sum;
        for block in blocks {
            sum = self.key.of(sum ^ block);
        }
        *self.sum = sum;
    }
}

impl KeySizeUser for ShortHash {
    type KeySize = U16;
}

impl KeyInit for ShortHash {
    fn new(key: &Block) -> Self {
        Self { key: Product::new(key.as_ref()), sum: Zeroizing::default() }
    }
}

impl BlockSizeUser for ShortHash {
    type BlockSize = U16;
}

impl ParBlocksSizeUser for ShortHash {
    type ParBlocksSize = U1;
}

impl UniversalHash for ShortHash {
    fn update_with_backend(&mut self, f: impl UhfClosure<BlockSize = U16>) {
        f.call(self);
    }

    fn finalize(self) -> Block {
        self.sum.store().into()
    }
}

impl UhfBackend for ShortHash {
    #[inline(always)]
    fn proc_block(&mut self, block: &Block) {
        self.add(std::iter::once(V128::load(block.as_ref())));
    }
}
