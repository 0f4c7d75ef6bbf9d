//! Output for people: lines that fit their terminal, with colours only on a terminal.

mod progress;
mod style;
#[cfg(test)]
mod tests;
mod visible;
mod wrap;

use std::io::{IsTerminal as _, Write as _};

pub use progress::Progress;
pub use saml_provider::audit::inert_json;
pub use style::{ACCEPTED, DIM, HEADING, REJECTED, STRONG, WARNING, styled};
pub use visible::{marked, visible};
pub use wrap::{clip, plain, steers, wrap};

use crate::answer::CommandError;

/// The columns of a terminal that doesn't say how many it has, and of a file.
pub const COLUMNS: usize = 80;
/// Longer lines are hard to read, however wide the terminal.
const MOST_COLUMNS: usize = 110;

/// Lines in the making.
#[derive(Clone, Debug)]
pub struct Screen {
    text: String,
    columns: usize,
}

impl Default for Screen {
    fn default() -> Self {
        Self::new(columns())
    }
}

impl Screen {
    /// For a screen of so many columns.
    #[must_use]
    pub const fn new(columns: usize) -> Self {
        Self { text: String::new(), columns }
    }

    /// How many there are.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// An empty line; two never follow each other, and none comes first.
    pub fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A line as it is; it may be styled.
    pub fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A heading, with an empty line before it.
    pub fn heading(&mut self, text: &str) {
        self.blank();
        let heading = styled(HEADING, &clip(&plain(text), self.columns));
        self.line(&heading);
    }

    /// A value with its label, wrapped below itself: `  label     value`. As [`visible`] has it.
    pub fn fact(&mut self, label: &str, value: &str) {
        self.fact_at(2, 16, label, value);
    }

    /// As [`Screen::fact`], indented by `indent`, with values that begin `width` columns after the label does.
    pub fn fact_at(&mut self, indent: usize, width: usize, label: &str, value: &str) {
        let room = self.columns.saturating_sub(indent + width);
        let mut lines = wrap(&visible(value), room).into_iter();
        let padded = format!("{label:<width$}");
        let label = styled(DIM, &padded);
        let first = lines.next().unwrap_or_default();
        self.line(&format!("{:indent$}{label}{first}", ""));
        for line in lines {
            self.line(&format!("{:1$}{line}", "", indent + width));
        }
    }

    /// A paragraph, wrapped and indented.
    pub fn paragraph(&mut self, indent: usize, text: &str) {
        for line in wrap(&plain(text), self.columns.saturating_sub(indent)) {
            self.line(&format!("{:indent$}{line}", ""));
        }
    }

    /// The lines.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Writes the lines to standard output.
    ///
    /// # Errors
    /// It can't be written.
    pub fn print(&self) -> Result<(), CommandError> {
        print(&self.text)
    }
}

/// The columns of the terminal that standard output is.
#[must_use]
pub fn columns() -> usize {
    let width = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    width.unwrap_or(COLUMNS).clamp(40, MOST_COLUMNS)
}

/// Whether a person looks at standard output.
#[must_use]
pub fn is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Writes text to standard output, less its colours where no terminal shows them or `NO_COLOR` asks for none.
///
/// # Errors
/// It can't be written. A reader that has seen enough (`| head`) is no error.
pub fn print(text: &str) -> Result<(), CommandError> {
    let mut stdout = anstream::stdout().lock();
    done(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Writes octets to standard output as they are.
///
/// # Errors
/// It can't be written.
pub fn print_octets(octets: &[u8]) -> Result<(), CommandError> {
    let mut stdout = std::io::stdout().lock();
    done(stdout.write_all(octets).and_then(|()| stdout.flush()))
}

/// Writes a value to standard output as JSON.
///
/// # Errors
/// It can't be written.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), CommandError> {
    let mut text = serde_json::to_string_pretty(value).map_err(CommandError::Json)?;
    text.push('\n');
    print_octets(inert_json(&text).as_bytes())
}

/// Writes a line for people to standard error; one that is gone is no error.
pub fn remark(line: &str) {
    let mut stderr = anstream::stderr().lock();
    let _gone = writeln!(stderr, "{}", plain(line));
}

/// The outcome of writing to standard output: a reader that has seen enough is no error.
///
/// # Errors
/// It can't be written.
pub fn done(written: std::io::Result<()>) -> Result<(), CommandError> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(CommandError::Output),
    }
}
