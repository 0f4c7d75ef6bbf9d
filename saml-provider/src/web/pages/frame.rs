//! What all pages of one deployment have in common.

use super::assets::{Asset, MARK_FILE, STYLESHEET_FILE};
use super::href::local_path;
use crate::texts::{Filled, Placeholder, Text, Words};

/// What all pages of one deployment have in common: its name, its look, and where the files are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Who the pages speak for, as people know it: beside the mark and in every title.
    pub name: &'a str,
    /// The path under which the pages' files are served, without a slash at its end.
    pub assets: &'a str,
    /// The path of one more stylesheet, which sets the custom properties of the role's stylesheet again: `--accent` and
    /// its kin, in the light scheme and in the dark one.
    pub theme: Option<&'a str>,
    /// The path of another mark.
    pub mark: Option<&'a str>,
    /// The words of the pages, in the language of the person who sees them.
    pub words: Words<'a>,
}

impl<'a> Frame<'a> {
    /// The frame with the look that comes with the role, in English.
    #[must_use]
    pub const fn new(name: &'a str, assets: &'a str) -> Self {
        Self { name, assets, theme: None, mark: None, words: Words::english() }
    }

    /// A text in the language of the pages, with our name where it names us.
    #[must_use]
    pub fn text(&self, text: Text) -> Filled<'a> {
        self.words.text(text).with(Placeholder::Site, self.name)
    }

    /// The address of the stylesheet of all pages.
    #[must_use]
    pub fn stylesheet_href(&self) -> String {
        self.file_href(STYLESHEET_FILE)
    }

    /// The address of the theme, if there is one.
    #[must_use]
    pub fn theme_href(&self) -> Option<&'a str> {
        self.theme.map(local_path)
    }

    /// The address of the mark.
    #[must_use]
    pub fn mark_href(&self) -> String {
        self.mark.map_or_else(|| self.file_href(MARK_FILE), |mark| local_path(mark).to_owned())
    }

    /// The address of one of the pages' files.
    #[must_use]
    pub fn asset_href(&self, asset: Asset) -> String {
        self.file_href(asset.file_name)
    }

    /// The version is part of the address, so that a page never meets the files of an earlier release.
    fn file_href(&self, file_name: &str) -> String {
        let path = format!("{}/{file_name}?v={}", self.assets, env!("CARGO_PKG_VERSION"));
        local_path(&path).to_owned()
    }
}
