//! AES in counter mode (NIST SP 800-38A section 6.5) with a counter of 128 bits.
//!
//! Key streams are made in groups of 32 blocks whose counters differ in the last five bits only, so there is nothing to
//! slice. More can be saved: the last byte of the counter touches one byte of the state in the first round and, through
//! `MixColumns`, four in the second one. What they add to the state after two rounds is the same for all counters that
//! agree in the first twelve bytes, as everything else there is linear. So these two rounds are computed for 256
//! counters (8 groups) once, and then only for one group of 256 counters.

use aes::cipher::array::Array;
use aes::cipher::common::{InnerUser, IvSizeUser};
use aes::cipher::consts::U16;
use aes::cipher::inout::InOutBuf;
use aes::cipher::{InnerIvInit, StreamCipher, StreamCipherError};
use zeroize::Zeroizing;

use super::aes::{Aes, AesKeySize};
use super::bitslice::{BLOCKS, BYTES, State, add, broadcast, unslice};
use super::round;
use super::schedule::Schedule;
use super::vector::V128;

/// The groups that differ in the last byte of the counter only.
const GROUPS: usize = 8;

/// The last byte of the counter, and the 32 bits of it that GCM takes to be the counter.
const LAST_BYTE: u128 = 0xff;
const LAST_WORD: u128 = 0xffff_ffff;

/// AES in counter mode.
#[derive(Clone)]
pub struct Ctr<K: AesKeySize> {
    aes: Aes<K>,
    stream: KeyStream,
}

impl<K: AesKeySize> InnerUser for Ctr<K> {
    type Inner = Aes<K>;
}

impl<K: AesKeySize> IvSizeUser for Ctr<K> {
    type IvSize = U16;
}

impl<K: AesKeySize> InnerIvInit for Ctr<K> {
    fn inner_iv_init(aes: Aes<K>, iv: &Array<u8, U16>) -> Self {
        let stream = KeyStream::new(aes.schedule(), (*iv).into());
        Self { aes, stream }
    }
}

impl<K: AesKeySize> StreamCipher for Ctr<K> {
    /// Succeeds for any number of blocks: there are 2^128.
    fn check_remaining(&self, _: usize) -> Result<(), StreamCipherError> {
        Ok(())
    }

    fn unchecked_apply_keystream_inout(&mut self, text: InOutBuf<'_, '_, u8>) {
        self.stream.apply(self.aes.schedule(), text.into_out_with_copied_in());
    }

    fn unchecked_write_keystream(&mut self, text: &mut [u8]) {
        text.fill(0);
        self.stream.apply(self.aes.schedule(), text);
    }
}

/// A key stream, from some counter on.
#[derive(Clone)]
pub(super) struct KeyStream {
    /// The counter of the next group, a multiple of 32.
    counter: u128,
    /// The group before that, and how much of it is used up.
    group: Zeroizing<[u8; BYTES]>,
    used: usize,
    first_rounds: FirstRounds,
}

impl KeyStream {
    pub(super) fn new(schedule: &Schedule, first: [u8; 16]) -> Self {
        let first = u128::from_be_bytes(first);
        let skipped = first % BLOCKS as u128;
        let counter = first - skipped;
        let first_rounds = FirstRounds::new(schedule, counter);
        let mut stream = Self { counter, group: Zeroizing::new([0; BYTES]), used: BYTES, first_rounds };
        if let Ok(skipped @ 1..) = usize::try_from(skipped) {
            stream.refill(schedule);
            stream.used = 16 * skipped;
        }
        stream
    }

    /// Adds the next bytes of the stream to the text.
    pub(super) fn apply(&mut self, schedule: &Schedule, text: &mut [u8]) {
        let text = self.apply_rest(text);
        let (groups, tail) = text.as_chunks_mut();
        for group in groups {
            self.apply_group(schedule, group);
        }
        if !tail.is_empty() {
            self.refill(schedule);
            self.apply_rest(tail);
        }
    }

    /// Adds what is left of the group, and returns the text that it wasn't enough for.
    fn apply_rest<'a>(&mut self, text: &'a mut [u8]) -> &'a mut [u8] {
        let (_, rest) = self.group.split_at(self.used);
        let (now, later) = text.split_at_mut(rest.len().min(text.len()));
        now.iter_mut().zip(rest).for_each(|(byte, key)| *byte ^= key);
        self.used += now.len();
        later
    }

    fn refill(&mut self, schedule: &Schedule) {
        let mut group = Zeroizing::new([0; BYTES]);
        self.apply_group(schedule, &mut group);
        self.group = group;
        self.used = 0;
    }

    #[inline(never)]
    fn apply_group(&mut self, schedule: &Schedule, text: &mut [u8; BYTES]) {
        let mut state = self.first_rounds.state(schedule, self.counter);
        round::encrypt_rest(schedule, &mut state);
        let stream = unslice(state);
        let (blocks, _) = text.as_chunks_mut();
        for (block, key) in blocks.iter_mut().zip(stream.as_flattened()) {
            *block = (V128::load(block) ^ *key).store();
        }
        self.counter = self.counter.wrapping_add(BLOCKS as u128);
    }
}

/// The states of groups after two rounds.
#[derive(Clone)]
struct FirstRounds {
    /// The first of the 256 counters that `base` belongs to.
    start: u128,
    /// The state of their first group.
    base: Zeroizing<State>,
    /// What has to be added for another one of their groups, where it is known already.
    differences: Zeroizing<[Option<State>; GROUPS]>,
}

impl FirstRounds {
    fn new(schedule: &Schedule, counter: u128) -> Self {
        let start = counter & !LAST_BYTE;
        let base = Zeroizing::new(two_rounds(schedule, start));
        Self { start, base, differences: Zeroizing::new([None; GROUPS]) }
    }

    fn state(&mut self, schedule: &Schedule, counter: u128) -> State {
        let start = counter & !LAST_BYTE;
        if start ^ self.start > LAST_WORD {
            *self = Self::new(schedule, counter);
        } else if start != self.start {
            self.start = start;
            *self.base = two_rounds(schedule, start);
        }
        let group = (counter - start) / BLOCKS as u128;
        match self.differences.iter_mut().zip(0..).find(|(_, at)| *at == group) {
            Some((Some(difference), _)) => {
                let mut state = *self.base;
                add(&mut state, difference);
                state
            }
            Some((unknown, _)) => {
                let state = two_rounds(schedule, counter);
                add(unknown.insert(state), &self.base);
                state
            }
            None => two_rounds(schedule, counter),
        }
    }
}

/// Returns two rounds of the 32 counters from `counter` on, a multiple of 32.
#[inline(never)]
fn two_rounds(schedule: &Schedule, counter: u128) -> State {
    let mut state = broadcast(V128::load(&counter.to_be_bytes()));
    // Bit j of the lanes is block j, and the last byte of a block is row 3 of column 3.
    let [.., [bit0, bit1, bit2, bit3, bit4, ..]] = &mut state;
    let patterns = [0xaaaa_aaaa, 0xcccc_cccc, 0xf0f0_f0f0, 0xff00_ff00, 0xffff_0000_u128];
    for (bit, pattern) in [bit0, bit1, bit2, bit3, bit4].into_iter().zip(patterns) {
        *bit ^= V128::load(&(pattern << 96).to_le_bytes());
    }
    round::encrypt_two(schedule, &mut state);
    state
}
