//! Parts of a file that are processed by separate runs, on one machine or many.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// One of several parts of a file, of about equal size: the records whose first
/// byte lies in its range. All parts together are the file.
///
/// ```
/// use idswap::Shard;
///
/// let shard: Shard = "2/3".parse()?;
/// assert_eq!(shard.range(10), 3..6);
/// # Ok::<(), idswap::NoShard>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    number: u64,
    of: u64,
}

/// The error for text that is not `I/N` with I from 1 to N.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoShard;

impl Shard {
    /// Its number, from 1.
    pub fn number(self) -> u64 {
        self.number
    }

    /// The number of shards.
    pub fn of(self) -> u64 {
        self.of
    }

    /// Its byte range in a file of `size` bytes.
    pub fn range(self, size: u64) -> Range<u64> {
        let end = |number| {
            let product = u128::from(size) * u128::from(number);
            // The result is at most `size`.
            (product / u128::from(self.of)) as u64
        };
        end(self.number - 1)..end(self.number)
    }
}

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| digits)
        };
        let (shard, of) = text.split_once('/').ok_or(NoShard)?;
        match (number(shard), number(of)) {
            (Some(number), Some(of)) if (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err(NoShard),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl fmt::Display for NoShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a shard is given as I/N, as in 1/8 to 8/8")
    }
}

impl std::error::Error for NoShard {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_make_up_the_file() {
        for size in [0, 1, 2, 7, 1000, u64::MAX - 1, u64::MAX] {
            for of in [1, 2, 3, 7, 50, 5000] {
                let mut end = 0;
                for number in 1..=of {
                    let range = Shard { number, of }.range(size);
                    assert_eq!(range.start, end);
                    assert!(range.start <= range.end);
                    assert!(range.end - range.start <= (size / of).saturating_add(1));
                    end = range.end;
                }
                assert_eq!(end, size);
            }
        }
    }

    #[test]
    fn only_numbers_from_one_to_all_are_shards() {
        for (text, number, of) in [("1/1", 1, 1), ("3/7", 3, 7), ("007/0100", 7, 100)] {
            assert_eq!(text.parse(), Ok(Shard { number, of }), "{text}");
        }
        let beyond = format!("1/{}0", u64::MAX);
        for text in [
            "", "/", "1", "1/", "/1", "0/1", "2/1", "0/0", "+1/2", "1/+2", "1/-2", " 1/2", "1/2 ",
            "1/2/3", "1\\2", "a/b", "1.0/2", "١/٢", &beyond,
        ] {
            assert_eq!(text.parse::<Shard>(), Err(NoShard), "{text}");
        }
    }
}
