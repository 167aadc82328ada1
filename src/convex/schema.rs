//! How the values of a snapshot's table are written.

/// Bytes of a schema file that are enough to recognise its kind.
pub(crate) const SCHEMA_HEAD: u64 = 64 << 10;

/// What the schema file beside a table says about its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// There is none: the import takes every number for a float.
    Missing,
    /// Types are not in the values, but in shapes that the export inferred.
    Legacy,
    /// Types are in the values: `25` is an integer, `25.0` a float, and objects
    /// such as `{"$bytes":"…"}` represent what JSON lacks.
    Uniform,
}

impl Schema {
    /// The kind of schema by the first bytes of its file, at most
    /// [`SCHEMA_HEAD`].
    pub fn of(head: &[u8]) -> Self {
        let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        match line.trim_ascii() {
            b"\"uniform\"" => Self::Uniform,
            _ => Self::Legacy,
        }
    }

    /// Whether an object with one member can represent a value that JSON lacks.
    pub(crate) fn has_markers(self) -> bool {
        self == Self::Uniform
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_first_line_is_uniform() {
        for (head, schema) in [
            ("\"uniform\"", Schema::Uniform),
            ("\"uniform\"\n", Schema::Uniform),
            (" \"uniform\"\r\n{}\n", Schema::Uniform),
            ("", Schema::Legacy),
            ("\n\"uniform\"\n", Schema::Legacy),
            ("uniform\n", Schema::Legacy),
            ("\"Uniform\"\n", Schema::Legacy),
            ("\"uniform\" | \"never\"\n", Schema::Legacy),
            ("\"never\"\n", Schema::Legacy),
            ("\"{\\\"_id\\\": string}\"\n", Schema::Legacy),
        ] {
            assert_eq!(Schema::of(head.as_bytes()), schema, "{head:?}");
        }
    }
}
