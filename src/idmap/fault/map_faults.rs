//! All faults of a map as one error.

use std::fmt;

use super::map_fault::MapFault;
use crate::error::{Class, Fault, write_list};

/// Everything that is wrong with a map, or with two lists of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapFaults(pub Vec<MapFault>);

impl Fault for MapFaults {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn advice(&self) -> Option<String> {
        self.0.first().map(|fault| fault.advice().to_owned())
    }
}

impl fmt::Display for MapFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.0, self.0.len() as u64)
    }
}
