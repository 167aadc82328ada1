//! A user's two IDs: both follow from the user's number, so that a map of any
//! size and the exports that go with it need no memory.

use fastrand::Rng;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEX: &[u8; 16] = b"0123456789abcdef";

/// Pushes the old ID, a UUID of version 4.
pub fn push_uuid(out: &mut Vec<u8>, seed: u64, user: u64) {
    push_random_uuid(out, &mut random(seed, user));
}

/// Pushes the new ID, `user_` and 27 letters and digits.
pub fn push_target(out: &mut Vec<u8>, seed: u64, user: u64) {
    let mut rng = random(!seed, user);
    out.extend_from_slice(b"user_");
    for _ in 0..3 {
        let mut rest = rng.u64(..);
        for _ in 0..9 {
            out.push(BASE62[(rest % 62) as usize]);
            rest /= 62;
        }
    }
}

/// Pushes a UUID that is nobody's.
pub fn push_random_uuid(out: &mut Vec<u8>, rng: &mut Rng) {
    let bits = rng.u128(..) & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    for (place, byte) in bits.to_be_bytes().into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
}

fn random(seed: u64, user: u64) -> Rng {
    // Neighbouring seeds must not give overlapping streams.
    Rng::with_seed(user.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed.rotate_left(32))
}
