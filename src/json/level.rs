//! How much of the processor a scan uses.

use std::fmt;

use fearless_simd::Level as Simd;

/// How a scanner reads: with the widest comparisons of the processor, with
/// narrower ones, or byte by byte. The results are always the same.
#[derive(Debug, Clone, Copy)]
pub struct Level(pub(crate) Option<Simd>);

impl Default for Level {
    /// The fastest level of this processor.
    fn default() -> Self {
        Self(Some(Simd::new()))
    }
}

impl Level {
    /// The walker alone, without masks.
    pub const WALKER: Self = Self(None);

    /// All levels of this processor: the walker first, the fastest last.
    pub fn available() -> Vec<Self> {
        let mut levels = vec![Self::WALKER];
        levels.extend(masks(Simd::new()).into_iter().map(|level| Self(Some(level))));
        levels
    }
}

#[cfg(target_arch = "x86_64")]
fn masks(best: Simd) -> Vec<Simd> {
    let all = [
        best.as_sse2().map(Simd::Sse2),
        best.as_sse4_2().map(Simd::Sse4_2),
        best.as_avx2().map(Simd::Avx2),
        best.as_avx512().map(Simd::Avx512),
    ];
    all.into_iter().flatten().collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn masks(best: Simd) -> Vec<Simd> {
    vec![best]
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("walker"),
            Some(level) => f.write_str(name(level)),
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn name(level: Simd) -> &'static str {
    match level {
        Simd::Avx512(_) => "avx512",
        Simd::Avx2(_) => "avx2",
        Simd::Sse4_2(_) => "sse4.2",
        _ => "sse2",
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn name(_level: Simd) -> &'static str {
    "simd"
}
