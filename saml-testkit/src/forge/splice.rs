//! Operations on the text of a message, for what no tree can hold: comments, DOCTYPEs, broken markup.

use super::ForgeError;

/// Replacing and inserting text. Each operation wants its place to exist, so that no attack silently does nothing.
pub trait Splice {
    /// Replaces the first `old`.
    ///
    /// # Errors
    /// There is none.
    fn swap(&self, old: &str, new: &str) -> Result<String, ForgeError>;
    /// Replaces the last `old`.
    ///
    /// # Errors
    /// There is none.
    fn swap_last(&self, old: &str, new: &str) -> Result<String, ForgeError>;
    /// Inserts `text` before the first `place`.
    ///
    /// # Errors
    /// There is no such place.
    fn before(&self, place: &str, text: &str) -> Result<String, ForgeError>;
    /// Inserts `text` after the first `place`.
    ///
    /// # Errors
    /// There is no such place.
    fn after(&self, place: &str, text: &str) -> Result<String, ForgeError>;
    /// The text between the first `begin` and the next `end`.
    ///
    /// # Errors
    /// There is nothing of that kind.
    fn between(&self, begin: &str, end: &str) -> Result<&str, ForgeError>;
}

impl Splice for str {
    fn swap(&self, old: &str, new: &str) -> Result<String, ForgeError> {
        let (before, after) = self.split_once(old).ok_or_else(|| ForgeError::absent(old))?;
        Ok([before, new, after].concat())
    }

    fn swap_last(&self, old: &str, new: &str) -> Result<String, ForgeError> {
        let (before, after) = self.rsplit_once(old).ok_or_else(|| ForgeError::absent(old))?;
        Ok([before, new, after].concat())
    }

    fn before(&self, place: &str, text: &str) -> Result<String, ForgeError> {
        self.swap(place, &[text, place].concat())
    }

    fn after(&self, place: &str, text: &str) -> Result<String, ForgeError> {
        self.swap(place, &[place, text].concat())
    }

    fn between(&self, begin: &str, end: &str) -> Result<&str, ForgeError> {
        let (_, after) = self.split_once(begin).ok_or_else(|| ForgeError::absent(begin))?;
        let (inside, _) = after.split_once(end).ok_or_else(|| ForgeError::absent(end))?;
        Ok(inside)
    }
}
