//! Floor 7: Base64 inside a form-encoded value, read in one pass. Imports nothing.

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

/// Not a symbol that stands for itself: below the 24 bits of four symbols.
const NO_BITS: u32 = 1;

/// The bits of a symbol in its place among four, at the top of a word.
static FIRST: [u32; 256] = bits_at(26);
static SECOND: [u32; 256] = bits_at(20);
static THIRD: [u32; 256] = bits_at(14);
static FOURTH: [u32; 256] = bits_at(8);

const fn bits_at(shift: u32) -> [u32; 256] {
    let mut placed = [NO_BITS; 256];
    let (mut to, mut from): (&mut [u32], &[u8]) = (&mut placed, &CLASSES);
    while let (Some((bits, to_rest)), Some((class, from_rest))) = (to.split_first_mut(), from.split_first()) {
        if *class < NO_SYMBOL {
            *bits = u32::from_le_bytes([*class, 0, 0, 0]) << shift;
        }
        (to, from) = (to_rest, from_rest);
    }
    placed
}

fn bits(placed: &[u32; 256], octet: u8) -> u32 {
    // An octet always has an entry; the compiler sees it and leaves the check out.
    placed.get(usize::from(octet)).copied().unwrap_or(NO_BITS)
}

fn class(octet: u8) -> u8 {
    // An octet always has an entry; the compiler sees it and leaves the check out.
    CLASSES.get(usize::from(octet)).copied().unwrap_or(INVALID)
}

/// Decodes `raw`: percent-encoding around Base64, with the white space of [RFC 2045 §6.8] between symbols.
///
/// Canonical or refused: the standard alphabet only, full padding, no stray bits, nothing after the padding. Eight
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
            decoder.plain_groups();
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
    /// Whole groups of eight unescaped symbols, up to the first that has something else in it.
    ///
    /// The symbols come four octets early: each adds its bits to the group where they belong, so that nothing is left
    /// to shift (half the instructions of a loop that looks up symbols and then packs them).
    fn plain_groups(&mut self) {
        let (groups, _) = self.rest.as_chunks::<8>();
        let (room, _) = self.decoded.get_mut(self.filled..).unwrap_or_default().as_chunks_mut::<6>();
        let mut plain = 0;
        for ([a, b, c, d, e, f, g, h], six) in groups.iter().zip(room) {
            let first = bits(&FIRST, *a) | bits(&SECOND, *b) | bits(&THIRD, *c) | bits(&FOURTH, *d);
            let second = bits(&FIRST, *e) | bits(&SECOND, *f) | bits(&THIRD, *g) | bits(&FOURTH, *h);
            if (first | second) & NO_BITS != 0 {
                break;
            }
            let [a, b, c, d, e, f, ..] = (u64::from(first) << 32 | u64::from(second) << 8).to_be_bytes();
            *six = [a, b, c, d, e, f];
            plain += 1;
        }
        self.filled += 6 * plain;
        self.rest = self.rest.get(8 * plain..).unwrap_or_default();
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
