//! Floor 2: strict DER, which OpenSSL's readers are lenient about.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

/// Deeper nesting occurs in no certificate or key.
const MAX_DEPTH: u32 = 32;

const CONSTRUCTED: u8 = 0x20;
const CLASS: u8 = 0xc0;
const NUMBER: u8 = 0x1f;

/// Whether `octets` are exactly one value in DER framing, through all constructed levels [X.690 §10].
///
/// Definite lengths in their shortest form, one-octet tags, strings in one piece, and nothing after the end. Two
/// readers of the same octets must see the same certificate, and its octets must not be malleable. The content of
/// primitive values is left to OpenSSL.
pub(super) fn is_der(octets: &[u8]) -> bool {
    check_values(octets, MAX_DEPTH) == Some(1)
}

/// How many values `octets` are.
fn check_values(octets: &[u8], depth: u32) -> Option<usize> {
    let mut reader = DerReader::new(octets);
    let mut count = 0;
    while !reader.is_at_end() {
        let value = reader.any()?;
        let constructed = value.tag & CONSTRUCTED != 0;
        let universal = value.tag & CLASS == 0;
        let form_allowed = !universal || constructed == matches!(value.tag | CONSTRUCTED, SEQUENCE | SET);
        if value.tag & NUMBER == NUMBER || !form_allowed {
            return None;
        }
        if constructed {
            check_values(value.content, depth.checked_sub(1)?)?;
        }
        count += 1;
    }
    Some(count)
}

/// One value.
#[derive(Clone, Copy)]
pub(super) struct DerValue<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// Tag, length and content.
    pub(super) whole: &'a [u8],
}

/// Reads values one after the other.
pub(super) struct DerReader<'a> {
    rest: &'a [u8],
}

impl<'a> DerReader<'a> {
    pub(super) const fn new(octets: &'a [u8]) -> Self {
        Self { rest: octets }
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next value, whatever it is.
    pub(super) fn any(&mut self) -> Option<DerValue<'a>> {
        let (tag, rest) = self.rest.split_first()?;
        let (length, rest) = read_length(rest)?;
        let (content, rest) = rest.split_at_checked(length)?;
        let (whole, _) = self.rest.split_at_checked(self.rest.len().checked_sub(rest.len())?)?;
        self.rest = rest;
        Some(DerValue { tag: *tag, content, whole })
    }

    /// The next value, which must have this tag.
    pub(super) fn value(&mut self, tag: u8) -> Option<DerValue<'a>> {
        self.any().filter(|value| value.tag == tag)
    }

    /// The content of the next value, which must have this tag.
    pub(super) fn content(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.value(tag).map(|value| value.content)
    }

    /// The next value if it has this tag.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Option<DerValue<'a>>> {
        if self.rest.first() == Some(&tag) { self.any().map(Some) } else { Some(None) }
    }

    /// The magnitude of a non-negative `INTEGER` in its shortest form.
    pub(super) fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.content(INTEGER)? {
            [] => None,
            [0] => Some(&[]),
            [0, rest @ ..] => rest.first().is_some_and(|first| *first >= 0x80).then_some(rest),
            magnitude @ [first, ..] => (*first < 0x80).then_some(magnitude),
        }
    }

    /// The octets of a `BIT STRING` of whole octets.
    pub(super) fn bit_string(&mut self) -> Option<&'a [u8]> {
        self.content(BIT_STRING)?.strip_prefix(&[0])
    }

    /// Requires that nothing is left.
    pub(super) fn end(&self) -> Option<()> {
        self.is_at_end().then_some(())
    }
}

fn read_length(octets: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = octets.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return None;
    }
    let (digits, rest) = rest.split_at_checked(count)?;
    let length = digits.iter().try_fold(0_usize, |value, digit| {
        value.checked_mul(256).and_then(|value| value.checked_add(usize::from(*digit)))
    })?;
    let shortest = digits.first().is_some_and(|digit| *digit != 0) && length >= 0x80;
    shortest.then_some((length, rest))
}

/// One value whose content is `parts` joined.
pub(super) fn encode(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut octets = Vec::with_capacity(length + 6);
    octets.push(tag);
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => octets.push(short),
        Ok(_) | Err(_) => {
            let digits = length.to_be_bytes();
            let significant = digits.iter().skip_while(|digit| **digit == 0);
            let count = significant.clone().fold(0_u8, |count, _| count + 1);
            octets.push(0x80 | count);
            octets.extend(significant);
        }
    }
    for part in parts {
        octets.extend_from_slice(part);
    }
    octets
}

/// A non-negative `INTEGER`, from its magnitude without leading zeros.
pub(super) fn encode_unsigned(magnitude: &[u8]) -> Vec<u8> {
    let needs_sign = magnitude.first().is_none_or(|first| *first >= 0x80);
    encode(INTEGER, &[if needs_sign { &[0] } else { &[] }, magnitude])
}
