//! Floor 7: a page written so that no value can become markup. Imports nothing.

/// HTML under construction. Only texts of our source become markup; every other text is escaped.
#[derive(Debug, Default)]
pub(super) struct Html {
    text: String,
}

impl Html {
    pub(super) fn with_capacity(octets: usize) -> Self {
        Self { text: String::with_capacity(octets) }
    }

    /// Appends markup of ours. `'static` keeps values out.
    pub(super) fn markup(mut self, markup: &'static str) -> Self {
        self.text.push_str(markup);
        self
    }

    /// Appends a value, as text or inside a quoted attribute.
    pub(super) fn value(mut self, value: &str) -> Self {
        for piece in value.split_inclusive(['&', '<', '>', '"', '\'']) {
            let end = piece.len() - 1;
            let (plain, special) = piece.split_at_checked(end).unwrap_or((piece, ""));
            match special {
                "&" => self.escaped(plain, "&amp;"),
                "<" => self.escaped(plain, "&lt;"),
                ">" => self.escaped(plain, "&gt;"),
                "\"" => self.escaped(plain, "&quot;"),
                "'" => self.escaped(plain, "&#39;"),
                _ => self.text.push_str(piece),
            }
        }
        self
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn escaped(&mut self, plain: &str, reference: &str) {
        self.text.push_str(plain);
        self.text.push_str(reference);
    }
}
