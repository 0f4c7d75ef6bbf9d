//! Floor 3: the two escaping tables of canonical XML. Imports nothing of this crate.

use std::convert::Infallible;

/// Octets that are looked at together: few enough to stay in registers, enough to be worth a vector instruction.
const BLOCK: usize = 32;

/// Where a string stands, and so which of its octets canonical XML escapes [C14N §2.3].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A text node: `&`, `<`, `>` and CR.
    Text,
    /// A value in double quotes, of an attribute or a namespace declaration: `&`, `<`, `"`, TAB, LF and CR.
    AttributeValue,
}

impl Place {
    /// Hands over `text` in escaped form, in the longest runs that there are.
    #[inline]
    pub(super) fn escape<E>(self, text: &str, write: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Text => runs(text.as_bytes(), is_special_in_text, in_text, write),
            Self::AttributeValue => runs(text.as_bytes(), is_special_in_value, in_value, write),
        }
    }

    /// Appends `text` in escaped form.
    pub(super) fn escape_into(self, text: &str, octets: &mut Vec<u8>) {
        let Ok(()) = self.escape(text, |run| {
            octets.extend_from_slice(run);
            Ok::<(), Infallible>(())
        });
    }
}

/// Splits `octets` at the special ones, hands over what lies between and the reference for each.
#[inline]
fn runs<E>(
    mut octets: &[u8],
    is_special: impl Fn(u8) -> bool,
    reference: impl Fn(u8) -> &'static [u8],
    mut write: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    loop {
        let (run, rest) = octets.split_at_checked(plain_prefix(octets, &is_special)).unwrap_or((octets, &[]));
        if !run.is_empty() {
            write(run)?;
        }
        let Some((&special, rest)) = rest.split_first() else {
            return Ok(());
        };
        write(reference(special))?;
        octets = rest;
    }
}

/// How many octets stand before the first special one.
#[inline]
fn plain_prefix(octets: &[u8], is_special: impl Fn(u8) -> bool) -> usize {
    let mut plain = 0;
    for block in octets.chunks(BLOCK) {
        // Without an early exit the test of a block compiles to vector comparisons.
        if block.iter().fold(false, |found, &octet| found | is_special(octet)) {
            return plain + block.iter().take_while(|&&octet| !is_special(octet)).count();
        }
        plain += block.len();
    }
    plain
}

const fn is_special_in_text(octet: u8) -> bool {
    (octet == b'&') | (octet == b'<') | (octet == b'>') | (octet == b'\r')
}

const fn is_special_in_value(octet: u8) -> bool {
    (octet == b'&')
        | (octet == b'<')
        | (octet == b'"')
        | (octet == b'\t')
        | (octet == b'\n')
        | (octet == b'\r')
}

const fn in_text(special: u8) -> &'static [u8] {
    match special {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        _ => b"&#xD;",
    }
}

const fn in_value(special: u8) -> &'static [u8] {
    match special {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'"' => b"&quot;",
        b'\t' => b"&#x9;",
        b'\n' => b"&#xA;",
        _ => b"&#xD;",
    }
}
