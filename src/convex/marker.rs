//! Objects that represent values that JSON lacks.

/// The only member of such an object, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    /// Bytes in base64.
    Bytes,
    /// An integer or a float, its eight bytes in base64.
    Number,
}

impl Marker {
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        match name {
            b"$bytes" => Some(Self::Bytes),
            b"$integer" | b"$float" => Some(Self::Number),
            _ => None,
        }
    }
}
