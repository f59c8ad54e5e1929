//! AES in counter mode (NIST SP 800-38A section 6.5) with a counter of 128 bits, over any AES.
//!
//! Key streams are made in groups whose counters differ in the last byte only, in which they don't carry: that byte is
//! all there is to set, where the `ctr` crate writes every counter whole. The loops are compiled into the cipher's own
//! function, so for the instructions that it has found.

use aes::cipher::array::Array;
use aes::cipher::common::BlockSizeUser;
use aes::cipher::consts::U16;
use aes::cipher::inout::InOutBuf;
use aes::cipher::{BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, StreamCipher, StreamCipherError};
use zeroize::{DefaultIsZeroes, Zeroizing};

type Block = Array<u8, U16>;

const BLOCK: usize = 16;
/// Blocks in a group: as many as the widest AES works on at once.
const BLOCKS: usize = 64;

/// A key stream, from some counter on.
pub(super) struct Counter<C> {
    cipher: C,
    /// The counter of the next group, a multiple of [`BLOCKS`].
    next: u128,
    /// The group before that, and how many of its bytes are used up.
    group: Zeroizing<Group>,
    used: usize,
}

/// Blocks of the key stream.
#[derive(Clone, Copy)]
struct Group([Block; BLOCKS]);

impl Default for Group {
    fn default() -> Self {
        Self([Block::default(); BLOCKS])
    }
}

impl DefaultIsZeroes for Group {}

impl Group {
    const BYTES: usize = BLOCKS * BLOCK;

    fn bytes(&self) -> &[u8] {
        Array::slice_as_flattened(&self.0)
    }
}

impl<C: BlockCipherEncrypt<BlockSize = U16>> Counter<C> {
    pub(super) fn new(cipher: C, first: &Block) -> Self {
        let first = u128::from_be_bytes((*first).into());
        let skipped = first % BLOCKS as u128;
        let group = Zeroizing::default();
        let mut counter = Self { cipher, next: first - skipped, group, used: Group::BYTES };
        if let Ok(skipped @ 1..) = usize::try_from(skipped) {
            counter.refill();
            counter.used = BLOCK * skipped;
        }
        counter
    }

    fn apply(&mut self, text: &mut [u8]) {
        let text = self.apply_rest(text);
        let (groups, rest) = text.as_chunks_mut();
        if !groups.is_empty() {
            self.make(groups);
        }
        if !rest.is_empty() {
            self.refill();
            self.apply_rest(rest);
        }
    }

    /// Adds what is left of the group, and returns the text that it wasn't enough for.
    fn apply_rest<'t>(&mut self, text: &'t mut [u8]) -> &'t mut [u8] {
        let left = self.group.bytes().get(self.used..).unwrap_or_default();
        let (now, later) = text.split_at_mut(left.len().min(text.len()));
        now.iter_mut().zip(left).for_each(|(byte, key)| *byte ^= key);
        self.used += now.len();
        later
    }

    /// Makes the next group.
    fn refill(&mut self) {
        self.make(&mut []);
        self.used = 0;
    }

    /// Adds a group of the stream to each group of a text, or makes one where there is none.
    fn make(&mut self, groups: &mut [[u8; Group::BYTES]]) {
        let run = Run { counter: &mut self.next, stream: &mut self.group, groups };
        self.cipher.encrypt_with_backend(run);
    }
}

impl<C: BlockCipherEncrypt<BlockSize = U16>> StreamCipher for Counter<C> {
    /// Succeeds for any number of blocks: there are 2^128.
    fn check_remaining(&self, _: usize) -> Result<(), StreamCipherError> {
        Ok(())
    }

    fn unchecked_apply_keystream_inout(&mut self, text: InOutBuf<'_, '_, u8>) {
        self.apply(text.into_out_with_copied_in());
    }

    fn unchecked_write_keystream(&mut self, text: &mut [u8]) {
        text.fill(0);
        self.apply(text);
    }
}

struct Run<'r> {
    counter: &'r mut u128,
    stream: &'r mut Group,
    groups: &'r mut [[u8; Group::BYTES]],
}

impl BlockSizeUser for Run<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Run<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let Self { counter, stream, groups } = self;
        if groups.is_empty() {
            make_group(backend, counter, stream);
        }
        for group in groups {
            make_group(backend, counter, stream);
            for (byte, key) in group.iter_mut().zip(stream.bytes()) {
                *byte ^= key;
            }
        }
    }
}

/// The last bytes of the counters in a group.
static PLACES: [[u8; BLOCK]; BLOCKS] = {
    let mut places = [[0; BLOCK]; BLOCKS];
    let mut rest: &mut [[u8; BLOCK]] = &mut places;
    let mut place = 0;
    while let Some(([.., last], behind)) = rest.split_first_mut() {
        *last = place;
        place += 1;
        rest = behind;
    }
    places
};

#[inline(always)]
fn make_group<B: BlockCipherEncBackend<BlockSize = U16>>(backend: &B, counter: &mut u128, stream: &mut Group) {
    let first = counter.to_be_bytes();
    for (block, place) in stream.0.iter_mut().zip(&PLACES) {
        let bytes: &mut [u8; BLOCK] = block.as_mut();
        *bytes = first;
        bytes.iter_mut().zip(place).for_each(|(byte, place)| *byte |= place);
    }
    let (wide, rest) = Array::<Block, B::ParBlocksSize>::slice_as_chunks_mut(&mut stream.0);
    for blocks in wide {
        backend.encrypt_par_blocks(blocks.into());
    }
    if !rest.is_empty() {
        backend.encrypt_tail_blocks(InOutBuf::from(rest));
    }
    *counter = counter.wrapping_add(BLOCKS as u128);
}

#[cfg(test)]
mod tests {
    use aes::cipher::{InnerIvInit, KeyInit, StreamCipher, StreamCipherCoreWrapper};

    use super::*;

    /// From counters that carry into every byte, or run over, and in pieces of any length.
    #[test]
    fn agrees_with_the_crate() {
        let firsts = [0, 1, 62, 63, 64, 250, (1 << 32) - 3, u128::MAX - 5, u128::MAX - 200];
        let cipher = aes::Aes192::new(&[7; 24].into());
        for first in firsts {
            let first: Block = first.to_be_bytes().into();
            let mut wanted = vec![0x5a; 20_000];
            let core = ctr::CtrCore::<_, ctr::flavors::Ctr128BE>::inner_iv_init(cipher.clone(), &first);
            StreamCipherCoreWrapper::from_core(core).apply_keystream(&mut wanted);
            for piece in [1, 15, 16, 17, 1000, 1024, 1040, 3001, 20_000] {
                let mut found = vec![0x5a; 20_000];
                let mut counter = Counter::new(cipher.clone(), &first);
                found.chunks_mut(piece).for_each(|piece| counter.apply_keystream(piece));
                assert!(found == wanted, "{first:?} {piece}");
            }
        }
    }
}
