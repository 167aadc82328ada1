//! How the values of a snapshot's table are spelled.

/// Bytes of a schema file that are enough to tell what it is.
pub const SCHEMA_HEAD: u64 = 64 << 10;

/// What the schema file beside a table says of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// There is none: the import takes every number for a float.
    Missing,
    /// Types are not in the values, but in shapes that the export inferred.
    Legacy,
    /// Types are in the values: `25` is an integer, `25.0` a float, and
    /// objects such as `{"$bytes":"…"}` stand for what JSON lacks.
    Uniform,
}

impl Schema {
    /// What the first bytes of a schema file say, [`SCHEMA_HEAD`] of them at
    /// most.
    pub fn of(head: &[u8]) -> Self {
        let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        match line.trim_ascii() {
            b"\"uniform\"" => Self::Uniform,
            _ => Self::Legacy,
        }
    }

    /// Whether an object of one member can stand for a value that JSON lacks.
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
