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

/// A digest in the making.
#[derive(Debug)]
pub struct Hasher(State);

#[derive(Debug)]
enum State {
    Blake3(Box<blake3::Hasher>),
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
            State::Blake3(hasher) => {
                hasher.update(bytes);
            }
            State::Sha256(hasher) => hasher.update(bytes),
            State::None => {}
        }
    }

    /// The digest of all bytes taken in so far.
    pub fn finish(&self) -> Option<String> {
        match &self.0 {
            State::Blake3(hasher) => Some(format!("blake3:{}", hasher.finalize().to_hex())),
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
