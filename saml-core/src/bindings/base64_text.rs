//! Floor 7: Base64 inside a form-encoded value, read in one pass. Imports nothing of this crate.

use memchr::memchr_iter;
use wide::{i16x8, u8x16};

use super::percent::escaped;

/// What an unescaped `+` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LiteralPlus {
    /// A space that a browser's form submission wrote: white space between the symbols.
    Space,
    /// A mistake: the sender forgot to escape the symbol `+`. Readers disagree on its meaning.
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
    /// Bits after the last octet are set, so that the text isn't the canonical one for these octets.
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
/// The six bits of `/`.
const SLASH_BITS: u8 = 63;

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
            b'/' => SLASH_BITS,
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

/// How many symbols are decoded together.
const LANE: usize = 16;

/// The six bits of each of sixteen symbols, or the place of the first that doesn't stand for itself.
#[inline(always)]
fn sextets(symbols: u8x16) -> Result<u8x16, usize> {
    let within = |first: u8, count: u8| {
        let distance = symbols - u8x16::splat(first);
        distance.min(u8x16::splat(count - 1)).simd_eq(distance)
    };
    let (upper, lower, digit) = (within(b'A', 26), within(b'a', 26), within(b'0', 10));
    let slash = symbols.simd_eq(u8x16::splat(b'/'));
    let plain = (upper | lower | digit | slash).to_bitmask();
    if plain != 0xFFFF {
        return Err(usize::try_from(plain.trailing_ones()).unwrap_or_default());
    }
    let step = |which: u8x16, from: u8, to: u8| which & u8x16::splat(to.wrapping_sub(from));
    let steps =
        step(upper, b'A', 0) | step(lower, b'a', 26) | step(digit, b'0', 52) | step(slash, b'/', SLASH_BITS);
    Ok(symbols + steps)
}

/// As [`sextets`], where the symbol at `place` is escaped and no other is.
///
/// One symbol in forty is escaped; decoding its neighbours one by one took as long as a quarter of all lanes.
#[inline(always)]
fn sextets_around_escape(octets: &[u8; LANE + 2], place: usize) -> Option<u8x16> {
    let [b'%', high, low] = *octets.get(place..)?.first_chunk()? else { return None };
    let bits = match escaped(high, low)? {
        b'+' => PLUS_BITS,
        b'/' => SLASH_BITS,
        _ => return None,
    };
    let (before, after) = (octets.first_chunk::<LANE>()?, octets.last_chunk::<LANE>()?);
    let is_before = u8x16::new(BEFORE.get(place).copied()?);
    let mut symbols = (u8x16::new(*before) & is_before | u8x16::new(*after) & !is_before).to_array();
    // Stands for itself, whatever it is.
    *symbols.get_mut(place)? = b'A';
    let mut sextets = sextets(u8x16::new(symbols)).ok()?.to_array();
    *sextets.get_mut(place)? = bits;
    Some(u8x16::new(sextets))
}

/// For each place in a lane the places before it.
static BEFORE: [[u8; LANE]; LANE] = before();

const fn before() -> [[u8; LANE]; LANE] {
    let mut lanes = [[0; LANE]; LANE];
    let mut place = 0;
    let mut rest: &mut [[u8; LANE]] = &mut lanes;
    while let Some((lane, tail)) = rest.split_first_mut() {
        let (mut octets, _) = lane.split_at_mut(place);
        while let Some((octet, others)) = octets.split_first_mut() {
            *octet = u8::MAX;
            octets = others;
        }
        place += 1;
        rest = tail;
    }
    lanes
}

/// Twelve octets from sixteen times six bits, in the first six octets of each half: two, then four symbols are joined in
/// each step.
#[inline(always)]
fn join(sextets: u8x16) -> [[u8; 8]; 2] {
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
    [a | b << 32, c | d << 32].map(|two| (two << 40 | (two >> 16) & 0xFF_FFFF_0000).to_be_bytes())
}

/// Spare octets of the output: for an incomplete last quad, or for what a lane writes past its own octets.
const SPARE: usize = 3;

/// A text of at most so many octets is assumed to consist of symbols alone.
const SHORT: usize = 64 * 1024;

/// A text with fewer escapes than one in so many octets may count each of them as a symbol. Peers escape `+`, `/`, `=` and
/// line breaks, one octet in twenty at most.
const RARE: usize = 16;

/// How many symbols a text has at most.
///
/// A form may consist of white space around a short message, so that the symbols of a long text are counted first.
fn most_symbols(raw: &[u8]) -> usize {
    if raw.len() <= SHORT {
        return raw.len();
    }
    let (visible, escapes) = visible_and_escapes(raw);
    // The last escape may be cut.
    let symbols = visible.saturating_sub(escapes.saturating_mul(2)).saturating_add(2);
    if escapes <= raw.len() / RARE {
        return symbols;
    }
    let is_space = |escape: &usize| match raw.get(escape + 1..escape + 3) {
        Some(&[high, low]) => escaped(high, low).is_some_and(|octet| class(octet) == WHITE_SPACE),
        Some(_) | None => false,
    };
    symbols.saturating_sub(memchr_iter(b'%', raw).filter(is_space).count())
}

/// How many octets are neither white space nor `+`, and how many of them are `%`.
///
/// Counters of one octet let the compiler make vector code of the inner loop; wider ones take ten times as long.
fn visible_and_escapes(raw: &[u8]) -> (usize, usize) {
    let (mut visible, mut escapes) = (0, 0);
    for part in raw.chunks(usize::from(u8::MAX)) {
        let (mut seen, mut escaped) = (0_u8, 0_u8);
        for &octet in part {
            seen += u8::from(octet > b' ') & u8::from(octet != b'+');
            escaped += u8::from(octet == b'%');
        }
        visible += usize::from(seen);
        escapes += usize::from(escaped);
    }
    (visible, escapes)
}

fn class(octet: u8) -> u8 {
    // Each octet has an entry. The compiler sees that and omits the check.
    CLASSES.get(usize::from(octet)).copied().unwrap_or(INVALID)
}

/// Decodes `raw`: percent-encoding around Base64, with the white space of [RFC 2045 §6.8] between symbols.
///
/// Only the canonical form is accepted: the standard alphabet, full padding, no stray bits, nothing after the padding.
/// Sixteen symbols are decoded at a time. Two naive passes over a response would cost as much as checking its
/// signature.
pub(super) fn decode(raw: &[u8], plus: LiteralPlus) -> Result<Vec<u8>, Base64Fault> {
    let mut decoder = Decoder {
        rest: raw,
        plus,
        bits: 0,
        symbols: 0,
        decoded: vec![0; most_symbols(raw) / 4 * 3 + SPARE],
        filled: 0,
    };
    loop {
        if decoder.symbols == 0 {
            decoder.lanes();
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
    /// Room for every octet that the text can hold.
    decoded: Vec<u8>,
    filled: usize,
}

impl Decoder<'_> {
    /// Decodes whole lanes of sixteen symbols, of which at most one is escaped. Stops at the first lane that holds
    /// anything else.
    fn lanes(&mut self) {
        while let Some((symbols, past)) = self.rest.split_first_chunk::<LANE>() {
            let (sextets, past) = match sextets(u8x16::new(*symbols)) {
                Ok(sextets) => (sextets, past),
                Err(place) => {
                    let Some((octets, past)) = self.rest.split_first_chunk() else { return };
                    let Some(sextets) = sextets_around_escape(octets, place) else { return };
                    (sextets, past)
                }
            };
            // Each write ends with two octets too many, which the next write overwrites.
            let Some(room) = self.decoded.get_mut(self.filled..self.filled + 14) else { return };
            for (half, place) in join(sextets).iter().zip([0, 6]) {
                if let Some(octets) = room.get_mut(place..place + 8) {
                    octets.copy_from_slice(half);
                }
            }
            self.filled += 12;
            self.rest = past;
        }
    }

    /// Decodes whole quads of unescaped symbols. Stops at the first other octet, such as an escape.
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

    /// Reads on after the first `=`: at most one more `=` follows, and then only white space.
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
