//! Floor 7: Base64 inside a form-encoded value, read in one pass. Imports nothing of this crate.

use wide::{i16x8, u8x16};

use super::percent::escaped;

/// What an unescaped `+` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LiteralPlus {
    /// A space that a browser's form submission wrote, hence white space between the symbols.
    Space,
    /// A mistake: the sender meant the symbol and forgot to escape it, and readers disagree on what it says.
    Refused,
}

/// Why a text is not Base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base64Fault {
    /// A character outside the alphabet of [RFC 4648 §4] and the white space of [RFC 2045 §6.8].
    Character,
    /// A `+` that is not percent-encoded, in a query.
    LiteralPlus,
    /// `%` without two hexadecimal digits.
    PercentEncoding,
    /// `=` missing, too many, or in the middle.
    Padding,
    /// Bits after the last octet are set: another text than the canonical one for these octets.
    TrailingBits,
}

/// Classes of octets; those below 64 are the six bits that a symbol stands for.
const NO_SYMBOL: u8 = 0x80;
const WHITE_SPACE: u8 = 0x80;
const PADDING: u8 = 0x81;
const PLUS: u8 = 0x82;
const ESCAPE: u8 = 0x83;
const INVALID: u8 = 0x84;
/// The six bits of `+` once it has been unescaped.
const PLUS_BITS: u8 = 62;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [INVALID; 256];
    let mut rest: &mut [u8] = &mut classes;
    let mut octet = 0_u8;
    while let Some((class, tail)) = rest.split_first_mut() {
        *class = match octet {
            b'A'..=b'Z' => octet - b'A',
            b'a'..=b'z' => octet - b'a' + 26,
            b'0'..=b'9' => octet - b'0' + 52,
            b'/' => 63,
            b'+' => PLUS,
            b'%' => ESCAPE,
            b'=' => PADDING,
            b' ' | b'\t' | b'\r' | b'\n' => WHITE_SPACE,
            _ => INVALID,
        };
        octet = octet.wrapping_add(1);
        rest = tail;
    }
    classes
}

/// The six bits of each of sixteen symbols; none if one doesn't stand for itself.
#[inline(always)]
fn sextets(symbols: &[u8; 16]) -> Option<u8x16> {
    let symbols = u8x16::new(*symbols);
    let within = |first: u8, count: u8| {
        let distance = symbols - u8x16::splat(first);
        distance.min(u8x16::splat(count - 1)).simd_eq(distance)
    };
    let (upper, lower, digit) = (within(b'A', 26), within(b'a', 26), within(b'0', 10));
    let slash = symbols.simd_eq(u8x16::splat(b'/'));
    if (upper | lower | digit | slash).to_bitmask() != 0xFFFF {
        return None;
    }
    let step = |which: u8x16, from: u8, to: u8| which & u8x16::splat(to.wrapping_sub(from));
    let steps = step(upper, b'A', 0) | step(lower, b'a', 26) | step(digit, b'0', 52) | step(slash, b'/', 63);
    Some(symbols + steps)
}

/// Twelve octets from sixteen times six bits: two, then four symbols are joined in each step.
#[inline(always)]
fn join(sextets: u8x16, octets: &mut [u8; 12]) {
    let sextets = sextets.to_array();
    let mut pairs = [0; 8];
    for (pair, symbols) in pairs.iter_mut().zip(sextets.as_chunks::<2>().0) {
        *pair = i16::from_le_bytes(*symbols);
    }
    let pairs = i16x8::new(pairs);
    // The first symbol of a pair is its low octet.
    let pairs: i16x8 = ((pairs << 6_u32) & i16x8::splat(0x3F << 6)) | (pairs >> 8_u32);
    let quads = pairs.dot(i16x8::new([1 << 12, 1, 1 << 12, 1, 1 << 12, 1, 1 << 12, 1]));
    let [a, b, c, d] = quads.to_array().map(|quad| u64::from(quad.cast_unsigned()));
    let halves = [a << 40 | b << 16, c << 40 | d << 16];
    for (six, half) in octets.as_chunks_mut::<6>().0.iter_mut().zip(halves) {
        if let Some(first) = half.to_be_bytes().first_chunk() {
            *six = *first;
        }
    }
}

fn class(octet: u8) -> u8 {
    // An octet always has an entry; the compiler sees it and leaves the check out.
    CLASSES.get(usize::from(octet)).copied().unwrap_or(INVALID)
}

/// Decodes `raw`: percent-encoding around Base64, with the white space of [RFC 2045 §6.8] between symbols.
///
/// Canonical or refused: the standard alphabet only, full padding, no stray bits, nothing after the padding. Sixteen
/// symbols at a time as long as none is escaped; decoding a response in two naive passes costs as much as checking
/// its signature.
pub(super) fn decode(raw: &str, plus: LiteralPlus) -> Result<Vec<u8>, Base64Fault> {
    let mut decoder = Decoder {
        rest: raw.as_bytes(),
        plus,
        bits: 0,
        symbols: 0,
        decoded: vec![0; raw.len() / 4 * 3 + 3],
        filled: 0,
    };
    loop {
        if decoder.symbols == 0 {
            decoder.plain_lanes();
            decoder.plain_quads();
        }
        match decoder.next_class()? {
            None if decoder.symbols == 0 => return Ok(decoder.finish()),
            None => return Err(Base64Fault::Padding),
            Some(WHITE_SPACE) => {}
            Some(PADDING) => return decoder.end(),
            Some(bits) => decoder.symbol(bits),
        }
    }
}

struct Decoder<'a> {
    rest: &'a [u8],
    plus: LiteralPlus,
    /// The symbols of an unfinished quad, most significant first.
    bits: u32,
    symbols: u8,
    /// Room for all that the text can say, and how much of it is filled.
    decoded: Vec<u8>,
    filled: usize,
}

impl Decoder<'_> {
    /// Whole lanes of sixteen unescaped symbols, up to the first that has something else in it.
    fn plain_lanes(&mut self) {
        let (lanes, _) = self.rest.as_chunks::<16>();
        let (room, _) = self.decoded.get_mut(self.filled..).unwrap_or_default().as_chunks_mut::<12>();
        let mut plain = 0;
        for (symbols, octets) in lanes.iter().zip(room) {
            let Some(sextets) = sextets(symbols) else { break };
            join(sextets, octets);
            plain += 1;
        }
        self.filled += 12 * plain;
        self.rest = self.rest.get(16 * plain..).unwrap_or_default();
    }

    /// Whole quads of unescaped symbols, up to the first octet that is something else: what is left beside an escape.
    fn plain_quads(&mut self) {
        while let Some(([a, b, c, d], rest)) = self.rest.split_first_chunk::<4>() {
            let (a, b, c, d) = (class(*a), class(*b), class(*c), class(*d));
            if (a | b | c | d) & NO_SYMBOL != 0 {
                return;
            }
            self.push(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
            self.rest = rest;
        }
    }

    /// The class of the next octet after unescaping: six bits, white space or padding.
    fn next_class(&mut self) -> Result<Option<u8>, Base64Fault> {
        let Some((octet, rest)) = self.rest.split_first() else { return Ok(None) };
        self.rest = rest;
        match class(*octet) {
            ESCAPE => self.escape().map(Some),
            PLUS if self.plus == LiteralPlus::Refused => Err(Base64Fault::LiteralPlus),
            PLUS => Ok(Some(WHITE_SPACE)),
            INVALID => Err(Base64Fault::Character),
            class => Ok(Some(class)),
        }
    }

    fn escape(&mut self) -> Result<u8, Base64Fault> {
        let Some(([high, low], rest)) = self.rest.split_first_chunk::<2>() else {
            return Err(Base64Fault::PercentEncoding);
        };
        self.rest = rest;
        match class(escaped(*high, *low).ok_or(Base64Fault::PercentEncoding)?) {
            PLUS => Ok(PLUS_BITS),
            ESCAPE | INVALID => Err(Base64Fault::Character),
            class => Ok(class),
        }
    }

    fn symbol(&mut self, bits: u8) {
        self.bits = self.bits << 6 | u32::from(bits);
        self.symbols += 1;
        if self.symbols == 4 {
            let [_, octets @ ..] = self.bits.to_be_bytes();
            self.push(&octets);
            (self.bits, self.symbols) = (0, 0);
        }
    }

    /// After the first `=`: one or two octets are left, one or no `=`, and then only white space.
    fn end(mut self) -> Result<Vec<u8>, Base64Fault> {
        let [_, first, second, third] = (self.bits << (6 * (4 - u32::from(self.symbols)))).to_be_bytes();
        let mut padding_left = match self.symbols {
            2 => 1,
            3 => 0,
            _ => return Err(Base64Fault::Padding),
        };
        while let Some(class) = self.next_class()? {
            match class {
                WHITE_SPACE => {}
                PADDING if padding_left == 1 => padding_left = 0,
                _ => return Err(Base64Fault::Padding),
            }
        }
        if padding_left != 0 {
            return Err(Base64Fault::Padding);
        }
        self.push(&[first]);
        if self.symbols == 3 {
            self.push(&[second]);
        }
        let stray = if self.symbols == 3 { third } else { second | third };
        if stray == 0 { Ok(self.finish()) } else { Err(Base64Fault::TrailingBits) }
    }

    fn push(&mut self, octets: &[u8]) {
        let end = self.filled + octets.len();
        if let Some(room) = self.decoded.get_mut(self.filled..end) {
            room.copy_from_slice(octets);
            self.filled = end;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.decoded.truncate(self.filled);
        self.decoded
    }
}
