//! The same lines at every place of a batch, and blocks cut at every byte.

use crate::judge::{Judge, WANTED};
use crate::records::filler;

/// Lines that tempt a reader of masks: whatever is open at the end of a word
/// or a batch must be open at the beginning of the next.
const LINES: [&[u8]; 16] = [
    br#"{"requester_id":"0e8f2c1a-b7d4-4e0f-9a3c-5d6e7f801234","n":1700000000000.25,"_id":"k"}"#,
    br#"{"_id": "j5", "author_id": null, "assigned_to": "a\\", "x": -1.5e+300, "t": "\\\\\""}"#,
    br#"{"a":true,"":"e","b":{"_id":[1,2,{"_id":"x"}]},"_id":false}"#,
    br#"{"t":"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"","_id":"\u00e9"}"#,
    br#"{"\u005fid":"x","\"_id":"y","_id":"z\ud83d\ude00"}"#,
    "{\"é\":\"€😀\",\"_id\":\"é\"}".as_bytes(),
    b"{\"_id\":\"a\"}\r",
    b"{}",
    b"",
    br#"{"_id":"a"#,
    br#"{"_id":"a\"#,
    br#"{"_id":01}"#,
    br#"{"_id":"a",}"#,
    br#"{"_id":"a"}}"#,
    br#"{"_id" "a"}"#,
    b"{\"_id\":\"\xff\"}",
];

fn judge() -> Judge {
    Judge::new(WANTED[0])
}

#[test]
fn at_every_place_of_a_batch() {
    let mut judge = judge();
    let lines: Vec<u8> = LINES.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect();
    for length in 10..10 + 64 * 3 {
        let filler = filler(length);
        judge.block(&[&filler[..], b"\n", &lines].concat(), 0);
    }
    for length in (10 + 4096 - lines.len())..(10 + 4096) {
        let filler = filler(length);
        judge.block(&[&filler[..], b"\n", &lines].concat(), 0);
    }
}

#[test]
fn each_line_on_its_own_over_the_edge_of_a_batch() {
    let mut judge = judge();
    for line in LINES {
        for length in (4096 - 1 - line.len())..=4097 {
            let filler = filler(length);
            judge.block(&[&filler[..], b"\n", line, b"\n{\"_id\":\"after\"}"].concat(), 0);
        }
    }
}

#[test]
fn cut_at_every_byte() {
    let mut judge = judge();
    for line in LINES {
        for end in 0..line.len() {
            judge.block(&line[..end], 0);
            judge.block(&[&line[..end], b"\n{\"_id\":\"after\"}\n"].concat(), 0);
        }
    }
}

/// Without a newline, a block's last line ends where the block does; if that
/// is where a batch ends, nothing comes after it that could tell.
#[test]
fn blocks_that_end_with_a_batch() {
    let mut judge = judge();
    for line in LINES {
        for end in [4095, 4096, 4097, 8191, 8192, 8193] {
            for from in [0, 3] {
                let before = filler(end - 1 - line.len());
                let block = [&b"\xef\xbb\xbf"[..from], &before, b"\n", line].concat();
                judge.block(&block, from);
            }
        }
    }
    for end in [4095, 4096, 4097] {
        judge.block(&filler(end), 0);
    }
}
