//! A request that contradicts itself.

use std::fmt;

use super::fault::{Class, Fault};

/// The request lacks something or contradicts itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestFault {
    /// What is wrong.
    pub what: &'static str,
    /// What to do instead.
    pub advice: &'static str,
}

impl Fault for RequestFault {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn advice(&self) -> Option<String> {
        Some(self.advice.to_owned())
    }
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}
