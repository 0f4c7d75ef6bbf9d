//! What all pages of one deployment have in common.

use super::assets::{Asset, LOGIN_SCRIPT, MARK, STYLESHEET};
use super::href::local_path;

/// What all pages of one deployment have in common: its name, its look, and where the files are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Who the pages speak for, as people know it: beside the mark and in every title.
    pub name: &'a str,
    /// The path under which [`ASSETS`](super::ASSETS) are served, without a slash at its end.
    pub assets: &'a str,
    /// The path of one more stylesheet, which sets the custom properties of [`STYLESHEET`](super::STYLESHEET) again:
    /// `--accent` and its kin, in the light scheme and in the dark one.
    pub theme: Option<&'a str>,
    /// The path of another mark.
    pub mark: Option<&'a str>,
}

impl<'a> Frame<'a> {
    /// The frame with the look that comes with this crate.
    #[must_use]
    pub const fn new(name: &'a str, assets: &'a str) -> Self {
        Self { name, assets, theme: None, mark: None }
    }

    /// The address of the stylesheet of all pages.
    #[must_use]
    pub fn stylesheet_href(&self) -> String {
        self.asset_href(STYLESHEET)
    }

    /// The address of the script of the login page.
    #[must_use]
    pub fn script_href(&self) -> String {
        self.asset_href(LOGIN_SCRIPT)
    }

    /// The address of the theme, if there is one.
    #[must_use]
    pub fn theme_href(&self) -> Option<&'a str> {
        self.theme.map(local_path)
    }

    /// The address of the mark.
    #[must_use]
    pub fn mark_href(&self) -> String {
        self.mark.map_or_else(|| self.asset_href(MARK), |mark| local_path(mark).to_owned())
    }

    /// The version is part of the address, so that a page never meets the files of an earlier release.
    fn asset_href(&self, asset: Asset) -> String {
        let path = format!("{}/{}?v={}", self.assets, asset.file_name, env!("CARGO_PKG_VERSION"));
        local_path(&path).to_owned()
    }
}
