//! A bar on a terminal, and nothing elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use super::clip;

/// Columns of the bar.
const WIDTH: usize = 30;
/// How often the bar moves.
const PACE: Duration = Duration::from_millis(50);

/// How far the work is.
#[derive(Debug)]
pub struct Progress {
    done: usize,
    total: usize,
    shown: Option<Instant>,
    is_terminal: bool,
}

impl Progress {
    /// The progress at the start.
    #[must_use]
    pub fn new(total: usize) -> Self {
        Self { done: 0, total, shown: None, is_terminal: std::io::stderr().is_terminal() }
    }

    /// Another piece begins.
    pub fn step(&mut self, name: &str) {
        self.done = self.done.saturating_add(1);
        let is_due = self.shown.is_none_or(|shown| shown.elapsed() >= PACE);
        if !self.is_terminal || !is_due {
            return;
        }
        self.shown = Some(Instant::now());
        let filled = (self.done * WIDTH).checked_div(self.total).unwrap_or(WIDTH).min(WIDTH);
        let bar = format!("{}{}", "█".repeat(filled), "░".repeat(WIDTH.saturating_sub(filled)));
        write(&format!("\r\x1b[K{bar} {:>4}/{} {}", self.done, self.total, clip(name, 32)));
    }

    /// The bar goes.
    pub fn end(&self) {
        if self.shown.is_some() {
            write("\r\x1b[K");
        }
    }
}

/// A bar that can't be drawn is no loss.
fn write(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _drawn = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
