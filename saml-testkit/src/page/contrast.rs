//! Whether the colours of a stylesheet can be read: the ratios of WCAG 2.2, level AA [SC 1.4.3, SC 1.4.11].

use std::collections::HashMap;

/// Pairs of foreground and background, and the least contrast of each.
const PAIRS: [(&str, &str, f64); 23] = [
    ("ink", "ground", 4.5),
    ("ink", "dawn", 4.5),
    ("ink", "surface", 4.5),
    ("ink", "accent-wash", 4.5),
    ("ink-soft", "ground", 4.5),
    ("ink-soft", "dawn", 4.5),
    ("ink-soft", "surface", 4.5),
    ("ink-soft", "accent-wash", 4.5),
    ("accent", "ground", 4.5),
    ("accent", "surface", 4.5),
    ("accent", "accent-wash", 4.5),
    ("accent-strong", "surface", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    ("danger", "danger-wash", 4.5),
    ("good", "good-wash", 4.5),
    ("caution", "caution-wash", 4.5),
    ("danger", "surface", 3.0),
    ("edge", "ground", 3.0),
    ("edge", "dawn", 3.0),
    ("edge", "surface", 3.0),
    ("focus", "surface", 3.0),
    ("focus", "ground", 3.0),
];

/// The pairs of custom properties that can't be read, in the light scheme or in the dark one, or that aren't defined.
///
/// Reads the `--name: #rrggbb;` lines of the stylesheet; a block under `prefers-color-scheme: dark` belongs to the dark
/// scheme, which inherits the light one. Later lines win, so a theme is tested by appending it.
#[must_use]
pub fn unreadable(css: &str) -> Vec<String> {
    let mut light: HashMap<&str, f64> = HashMap::new();
    let mut dark: HashMap<&str, f64> = HashMap::new();
    let mut in_dark = false;
    for line in css.lines() {
        // A rule that isn't indented ends whatever media block there was.
        if line.ends_with('{') && !line.starts_with(' ') {
            in_dark = line.contains("prefers-color-scheme: dark");
        }
        let property =
            line.trim().strip_prefix("--").and_then(|rest| rest.strip_suffix(';')?.split_once(": #"));
        let Some((name, luminance)) = property.and_then(|(name, hex)| Some((name, luminance(hex)?))) else {
            continue;
        };
        if in_dark {
            dark.insert(name, luminance)
        } else {
            light.insert(name, luminance)
        };
    }
    let schemes = [("light", light.clone()), ("dark", light.into_iter().chain(dark).collect())];
    schemes
        .iter()
        .flat_map(|(scheme, colours)| PAIRS.iter().filter_map(|pair| failure(scheme, colours, *pair)))
        .collect()
}

fn failure(
    scheme: &str,
    colours: &HashMap<&str, f64>,
    (front, back, least): (&str, &str, f64),
) -> Option<String> {
    let (Some(a), Some(b)) = (colours.get(front), colours.get(back)) else {
        return Some(format!("{scheme}: {front} on {back} isn't defined"));
    };
    let ratio = (a.max(*b) + 0.05) / (a.min(*b) + 0.05);
    (ratio < least).then(|| format!("{scheme}: {front} on {back} is {ratio:.2}, below {least}"))
}

/// The relative luminance of `rrggbb`.
fn luminance(hex: &str) -> Option<f64> {
    let channel = |from: usize| {
        let octet = u8::from_str_radix(hex.get(from..from + 2)?, 16).ok()?;
        let value = f64::from(octet) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    (hex.len() == 6).then_some(())?;
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}
