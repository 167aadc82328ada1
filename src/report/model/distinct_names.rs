//! Objects whose member names are data. A repeated name is refused, because it
//! would hide the first member.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::error::excerpt;

/// Members with distinct names.
struct Distinct<T>(BTreeMap<String, T>);

/// Reads an object with distinct names.
pub(crate) fn distinct<'de, D, T>(from: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Distinct::deserialize(from)?.0)
}

/// Reads an object with distinct names, or null.
pub(crate) fn distinct_if_any<'de, D, T>(from: D) -> Result<Option<BTreeMap<String, T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Distinct<T>>::deserialize(from)?.map(|members| members.0))
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Distinct<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = Distinct<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(name) = from.next_key::<String>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!("duplicate member `{}`", excerpt(&name))));
            }
            members.insert(name, from.next_value()?);
        }
        Ok(Distinct(members))
    }
}
