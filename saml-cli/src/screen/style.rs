//! Colours, each with one meaning.

use anstyle::{AnsiColor, Style};

/// What holds.
pub const ACCEPTED: Style = AnsiColor::Green.on_default();
/// What is broken.
pub const REJECTED: Style = AnsiColor::Red.on_default().bold();
/// What deserves attention.
pub const WARNING: Style = AnsiColor::Yellow.on_default();
/// Where a part begins.
pub const HEADING: Style = AnsiColor::Cyan.on_default().bold();
/// What matters most in a line.
pub const STRONG: Style = Style::new().bold();
/// The style of unimportant text.
pub const DIM: Style = Style::new().dimmed();

/// The text in this style.
#[must_use]
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
