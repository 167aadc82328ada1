//! Digests of files, as reports spell them: `blake3:HEX` or `sha256:HEX`.

use sha2::Digest as _;

/// Which digest to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Digest {
    /// BLAKE3, the fast default.
    #[default]
    Blake3,
    /// SHA-256, for those who must.
    Sha256,
    /// None at all.
    None,
}

impl Digest {
    /// The kind of a digest as reports spell it, where it is one of these.
    pub fn of(spelled: &str) -> Option<Self> {
        match spelled.split_once(':')?.0 {
            "blake3" => Some(Self::Blake3),
            "sha256" => Some(Self::Sha256),
            _ => None,
        }
    }
}

/// A digest in the making.
#[derive(Debug)]
pub struct Hasher(State);

#[derive(Debug)]
enum State {
    Blake3(Box<Aligned>),
    Sha256(sha2::Sha256),
    None,
}

impl Hasher {
    /// Begins a digest.
    pub fn new(digest: Digest) -> Self {
        Self(match digest {
            Digest::Blake3 => State::Blake3(Box::default()),
            Digest::Sha256 => State::Sha256(sha2::Sha256::new()),
            Digest::None => State::None,
        })
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Blake3(hasher) => hasher.update(bytes),
            State::Sha256(hasher) => hasher.update(bytes),
            State::None => {}
        }
    }

    /// The digest of all bytes taken in so far.
    pub fn finish(&self) -> Option<String> {
        match &self.0 {
            State::Blake3(hasher) => Some(format!("blake3:{}", hasher.finish().to_hex())),
            State::Sha256(hasher) => {
                let hex = hasher
                    .clone()
                    .finalize()
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>();
                Some(format!("sha256:{hex}"))
            }
            State::None => None,
        }
    }
}

/// BLAKE3 fed in whole pieces. It hashes many chunks at once, but only such
/// as stand at a multiple of their number: blocks of records begin anywhere,
/// and fed as they come they take a fifth longer.
#[derive(Debug, Default)]
struct Aligned {
    hasher: blake3::Hasher,
    /// The bytes after the last whole piece.
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
    fn pieces_do_not_show() {
        let bytes: Vec<u8> = (0..100_000_u32).map(|n| (n * 7 % 251) as u8).collect();
        let whole = format!("blake3:{}", blake3::hash(&bytes).to_hex());
        for step in [1, 1000, 16 << 10, (16 << 10) + 1, 40_000, 100_000] {
            let mut hasher = Hasher::new(Digest::Blake3);
            bytes.chunks(step).for_each(|bytes| hasher.update(bytes));
            assert_eq!(hasher.finish(), Some(whole.clone()), "{step}");
        }
    }
}
