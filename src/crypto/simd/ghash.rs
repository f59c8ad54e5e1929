//! GHASH (NIST SP 800-38D section 6.4), 32 blocks at once.
//!
//! With K = H^32, blocks 0, 32, 64, … make up one Horner chain that is multiplied by K at each step, blocks 1, 33, 65,
//! … another one, and so on; in the end the 32 chains are hashed like 32 blocks.

use aes::cipher::array::Array;
use ghash::universal_hash::common::{BlockSizeUser, KeyInit, KeySizeUser, ParBlocksSizeUser};
use ghash::universal_hash::consts::{U16, U32};
use ghash::universal_hash::{UhfBackend, UhfClosure, UniversalHash};
use zeroize::Zeroizing;

use super::factor::{Elements, Factor, transpose};
use super::product::Product;
use super::short_hash::ShortHash;
use super::vector::V128;

type Block = Array<u8, U16>;
type ParBlocks = Array<Block, U32>;

/// The squarings that lead from H to H^32.
const SQUARINGS: usize = 5;

/// GHASH.
#[derive(Clone)]
pub struct GHash {
    key: Zeroizing<[u8; 16]>,
    /// The hash of all blocks but those in the chains.
    one_by_one: ShortHash,
    /// Made when there are 32 blocks for the first time.
    step: Option<Factor>,
    /// Blocks 0 to 15 and 16 to 31, not multiplied by K yet since they were added.
    chains: Option<Zeroizing<Elements>>,
}

impl GHash {
    /// Hashes the chains, after which `one_by_one` is all there is.
    fn join_chains(&mut self) {
        if let Some(chains) = self.chains.take() {
            self.one_by_one.reset();
            self.one_by_one.add(chains.iter().flat_map(|chains| transpose(*chains)));
        }
    }
}

impl KeySizeUser for GHash {
    type KeySize = U16;
}

impl KeyInit for GHash {
    fn new(key: &Block) -> Self {
        Self { key: Zeroizing::new((*key).into()), one_by_one: ShortHash::new(key), step: None, chains: None }
    }
}

impl BlockSizeUser for GHash {
    type BlockSize = U16;
}

impl ParBlocksSizeUser for GHash {
    type ParBlocksSize = U32;
}

impl UniversalHash for GHash {
    fn update_with_backend(&mut self, f: impl UhfClosure<BlockSize = U16>) {
        f.call(self);
    }

    fn finalize(mut self) -> Block {
        self.join_chains();
        self.one_by_one.finalize()
    }
}

impl UhfBackend for GHash {
    fn proc_block(&mut self, block: &Block) {
        self.join_chains();
        self.one_by_one.proc_block(block);
    }

    fn proc_par_blocks(&mut self, blocks: &ParBlocks) {
        if let Some(chains) = &mut self.chains {
            let step = self.step.get_or_insert_with(|| Factor::new(&power(&self.key)));
            step.step(chains, &transpose_all(blocks, V128::default()));
        } else {
            let before = self.one_by_one.sum();
            self.chains = Some(Zeroizing::new(transpose_all(blocks, before)));
        }
    }
}

/// H^32.
fn power(key: &[u8; 16]) -> Zeroizing<[u8; 16]> {
    (0..SQUARINGS)
        .fold(Zeroizing::new(*key), |factor, _| Zeroizing::new(Product::new(&factor).of(V128::load(&factor)).store()))
}

/// Blocks 0 to 15 and 16 to 31, with `before` added to the first one.
#[inline(always)]
fn transpose_all(blocks: &ParBlocks, before: V128) -> Elements {
    let mut loaded = Elements::default();
    for (vector, block) in loaded.as_flattened_mut().iter_mut().zip(blocks) {
        *vector = V128::load(block.as_ref());
    }
    let [[first, ..], _] = &mut loaded;
    *first ^= before;
    loaded.map(transpose)
}
