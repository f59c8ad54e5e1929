//! A buffer that is overwritten before its memory is given back.

use std::ops::{Deref, DerefMut};

/// Bytes that are wiped on drop, spare capacity included.
///
/// `Zeroizing<Vec<u8>>` writes byte by byte, which on a body of megabytes costs as much as decoding it. This writes at
/// the speed of `memset`, and zeroize's barrier keeps the writes from being optimised away.
#[derive(Clone, Default)]
pub(super) struct SecretBuf(Vec<u8>);

impl SecretBuf {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Makes the capacity at least `capacity`. Letting the vector grow by itself would leave unwiped copies behind.
    pub(super) fn grow_to(&mut self, capacity: usize) {
        if self.0.capacity() < capacity {
            let mut larger = Self::with_capacity(capacity);
            larger.extend_from_slice(self);
            *self = larger;
        }
    }
}

impl Deref for SecretBuf {
    type Target = Vec<u8>;
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for SecretBuf {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl Drop for SecretBuf {
    fn drop(&mut self) {
        self.0.clear();
        self.0.resize(self.0.capacity(), 0);
        zeroize::optimization_barrier(self.0.as_slice());
    }
}
