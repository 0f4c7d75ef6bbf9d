//! The languages that a person's browser asks for. [RFC 9110 §12.5.4]

use std::cmp::Reverse;

use super::language::is_well_formed;

/// The most ranges that are looked at.
pub const MAX_RANGES: usize = 32;

/// The most octets of the header that are looked at.
pub const MAX_OCTETS: usize = 1024;

/// The languages that a person's browser asks for, best first.
///
/// A stranger wrote the header: beyond [`MAX_OCTETS`] and [`MAX_RANGES`] nothing is looked at, and a range that isn't
/// well-formed asks for nothing. There is no error, since everybody can be answered in the default language.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AcceptLanguage<'a> {
    ranges: Vec<Range<'a>>,
}

/// A language range and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range<'a> {
    range: &'a str,
    /// In thousandths.
    weight: u16,
}

impl<'a> AcceptLanguage<'a> {
    /// Reads the lines of the header, in their order.
    pub fn read(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut left = MAX_OCTETS;
        let looked_at = lines.into_iter().map_while(|line| {
            let seen = if line.len() <= left { line } else { line.get(..left).map_or("", whole_elements) };
            let before = left;
            left = left.saturating_sub(line.len());
            (before > 0).then_some(seen)
        });
        let elements = looked_at.flat_map(|line| line.split(',')).map(trimmed).filter(|e| !e.is_empty());
        let mut ranges: Vec<Range<'a>> = elements.take(MAX_RANGES).filter_map(Range::read).collect();
        ranges.sort_by_key(|range| Reverse(range.weight));
        Self { ranges }
    }

    /// The position of the language that fits best, by lookup [RFC 4647 §3.4]; 0, the default, if none does.
    pub(super) fn choose(&self, languages: &[&str]) -> usize {
        let admitted = self.ranges.iter().filter(|range| range.weight > 0);
        let mut fits = admitted.filter_map(|range| match range.range {
            "*" => languages.iter().position(|language| !self.names(language)),
            range => self.look_up(range, languages),
        });
        fits.next().unwrap_or_default()
    }

    /// The language of this range, or of the nearest one that says less: `de` for `de-AT`.
    fn look_up(&self, range: &str, languages: &[&str]) -> Option<usize> {
        let mut range = Some(range);
        while let Some(tag) = range {
            let is_it = |language: &&str| language.eq_ignore_ascii_case(tag) && !self.refuses(language);
            if let Some(position) = languages.iter().position(is_it) {
                return Some(position);
            }
            range = shortened(tag);
        }
        None
    }

    /// Whether a range other than `*` is about this language.
    fn names(&self, language: &str) -> bool {
        self.ranges.iter().any(|range| range.covers(language))
    }

    /// Whether the person will not have this language.
    fn refuses(&self, language: &str) -> bool {
        self.ranges.iter().any(|range| range.weight == 0 && range.covers(language))
    }
}

impl<'a> Range<'a> {
    /// `language-range [ OWS ";" OWS "q=" qvalue ]`
    fn read(element: &'a str) -> Option<Self> {
        let (range, weight) = match element.split_once(';') {
            None => (element, 1000),
            Some((range, parameter)) => {
                let (name, value) = trimmed(parameter).split_once('=')?;
                (trimmed(range), name.eq_ignore_ascii_case("q").then(|| thousandths(value))??)
            }
        };
        (range == "*" || is_well_formed(range)).then_some(Self { range, weight })
    }

    /// Whether a language is this one or one of its kinds.
    fn covers(&self, language: &str) -> bool {
        let beginning = language.get(..self.range.len());
        let rest = language.get(self.range.len()..);
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(self.range))
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }
}

/// A qvalue: 0 to 1 with up to three digits after the point [RFC 9110 §12.4.2].
fn thousandths(text: &str) -> Option<u16> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    if digits.len() > 3 || !digits.bytes().all(|o| o.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{digits:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

/// The range without its last subtag, and without what would then stand alone before nothing [RFC 4647 §3.4].
fn shortened(range: &str) -> Option<&str> {
    let (shorter, _) = range.rsplit_once('-')?;
    match shorter.rsplit_once('-') {
        Some((before, singleton)) if singleton.len() == 1 => Some(before),
        Some(_) | None => Some(shorter),
    }
}

/// Without the element that was cut.
fn whole_elements(cut: &str) -> &str {
    cut.rsplit_once(',').map_or("", |(whole, _)| whole)
}

/// Without optional white space [RFC 9110 §5.6.3].
fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}
