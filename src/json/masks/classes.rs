//! The class of each byte, with one mask for each class.

use fearless_simd::{Select, Simd, SimdBase, SimdMask, u8x64};

/// Words of a mask in a batch.
pub(crate) const WORDS: usize = 64;

/// Bytes in a batch. With their masks they fit into the fastest cache.
pub(crate) const BYTES: usize = WORDS * 64;

/// A mask of a batch. Bit 0 of word 0 is the first byte.
pub(crate) type Lane = [u64; WORDS];

/// A lane with the last word of the batch before in front.
pub(crate) type Joined = [u64; WORDS + 1];

/// The classes of the bytes of a batch.
#[derive(Debug)]
pub(crate) struct Classes {
    pub(crate) quote: Lane,
    pub(crate) backslash: Joined,
    pub(crate) newline: Lane,
    /// Control characters except newlines; computed only if there are any.
    pub(crate) control: Lane,
    pub(crate) space: Lane,
    pub(crate) colon: Lane,
    pub(crate) comma: Lane,
    pub(crate) close: Lane,
    /// Whether any byte is a control character other than a newline.
    pub(crate) controls: bool,
    /// Whether any byte is a backslash.
    pub(crate) escapes: bool,
    /// Whether all bytes are ASCII.
    pub(crate) ascii: bool,
}

impl Default for Classes {
    fn default() -> Self {
        let none = [0; WORDS];
        Self {
            quote: none,
            backslash: [0; WORDS + 1],
            newline: none,
            control: none,
            controls: false,
            space: none,
            colon: none,
            comma: none,
            close: none,
            escapes: false,
            ascii: true,
        }
    }
}

impl Classes {
    #[inline(always)]
    pub(crate) fn read<S: Simd>(&mut self, simd: S, bytes: &[u8; BYTES]) {
        let mut least = u8x64::splat(simd, u8::MAX);
        let mut all = u8x64::splat(simd, 0);
        let mut escapes = 0;
        for (word, bytes) in bytes.as_chunks::<64>().0.iter().enumerate() {
            let bytes = u8x64::from_slice(simd, bytes);
            let is = |class: u8| bytes.simd_eq(class).to_bitmask();
            let newline = bytes.simd_eq(b'\n');
            self.quote[word] = is(b'"');
            self.backslash[word + 1] = is(b'\\');
            self.newline[word] = newline.to_bitmask();
            self.space[word] = is(b' ');
            self.colon[word] = is(b':');
            self.comma[word] = is(b',');
            self.close[word] = is(b'}');
            escapes |= self.backslash[word + 1];
            all |= bytes;
            least = least.min(newline.select(u8x64::splat(simd, b' '), bytes));
        }
        self.escapes = escapes != 0;
        self.ascii = all.simd_lt(0x80).all_true();
        self.controls = least.simd_lt(0x20).any_true();
        if self.controls {
            self.mark_controls(simd, bytes);
        }
    }

    /// Computed separately because they are so rare that a second search costs
    /// less than keeping a mask.
    #[inline(always)]
    fn mark_controls<S: Simd>(&mut self, simd: S, bytes: &[u8; BYTES]) {
        for (word, bytes) in bytes.as_chunks::<64>().0.iter().enumerate() {
            let controls = u8x64::from_slice(simd, bytes).simd_lt(0x20).to_bitmask();
            self.control[word] = controls & !self.newline[word];
        }
    }
}
