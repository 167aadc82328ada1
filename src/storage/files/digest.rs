//! Digests of files, in the form that reports use: `blake3:HEX` or `sha256:HEX`.

use sha2::Digest as _;

/// The digest to take of each file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Digest {
    /// BLAKE3, the fast default.
    #[default]
    Blake3,
    /// SHA-256, for those who have to use it.
    Sha256,
    /// No digest.
    None,
}

impl Digest {
    /// The kind of a digest of a report, if this version knows it.
    pub(crate) fn of(digest: &str) -> Option<Self> {
        match digest.split_once(':')?.0 {
            "blake3" => Some(Self::Blake3),
            "sha256" => Some(Self::Sha256),
            _ => None,
        }
    }
}

/// Takes the digest of bytes that are added piece by piece.
#[derive(Debug)]
pub struct Hasher(Algorithm);

#[derive(Debug)]
enum Algorithm {
    Blake3(Box<Aligned>),
    Sha256(sha2::Sha256),
    None,
}

impl Hasher {
    /// Starts a digest of no bytes yet.
    pub fn new(digest: Digest) -> Self {
        Self(match digest {
            Digest::Blake3 => Algorithm::Blake3(Box::default()),
            Digest::Sha256 => Algorithm::Sha256(sha2::Sha256::new()),
            Digest::None => Algorithm::None,
        })
    }

    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Algorithm::Blake3(hasher) => hasher.update(bytes),
            Algorithm::Sha256(hasher) => hasher.update(bytes),
            Algorithm::None => {}
        }
    }

    /// The digest of all bytes added so far; none for [`Digest::None`].
    pub fn finish(&self) -> Option<String> {
        match &self.0 {
            Algorithm::Blake3(hasher) => Some(format!("blake3:{}", hasher.finish().to_hex())),
            Algorithm::Sha256(hasher) => {
                let hex = hasher
                    .clone()
                    .finalize()
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>();
                Some(format!("sha256:{hex}"))
            }
            Algorithm::None => None,
        }
    }
}

/// BLAKE3 that is fed in pieces of a fixed size. It hashes many chunks at once,
/// but only if they begin at a multiple of their number. Blocks of records begin
/// anywhere; fed directly, they take a fifth longer.
#[derive(Debug, Default)]
struct Aligned {
    hasher: blake3::Hasher,
    /// The bytes after the last full piece.
    rest: Vec<u8>,
}

impl Aligned {
    const PIECE: usize = 16 << 10;

    fn update(&mut self, mut bytes: &[u8]) {
        if !self.rest.is_empty() {
            let missing = Self::PIECE - self.rest.len();
            let (first, others) = bytes.split_at(missing.min(bytes.len()));
            self.rest.extend_from_slice(first);
            if self.rest.len() < Self::PIECE {
                return;
            }
            self.hasher.update(&self.rest);
            self.rest.clear();
            bytes = others;
        }
        let (whole, rest) = bytes.split_at(bytes.len() - bytes.len() % Self::PIECE);
        self.hasher.update(whole);
        self.rest.extend_from_slice(rest);
    }

    fn finish(&self) -> blake3::Hash {
        self.hasher.clone().update(&self.rest).finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_does_not_depend_on_the_pieces() {
        let bytes: Vec<u8> = (0..100_000_u32).map(|n| (n * 7 % 251) as u8).collect();
        let whole = format!("blake3:{}", blake3::hash(&bytes).to_hex());
        for step in [1, 1000, 16 << 10, (16 << 10) + 1, 40_000, 100_000] {
            let mut hasher = Hasher::new(Digest::Blake3);
            bytes.chunks(step).for_each(|bytes| hasher.update(bytes));
            assert_eq!(hasher.finish(), Some(whole.clone()), "{step}");
        }
    }
}
