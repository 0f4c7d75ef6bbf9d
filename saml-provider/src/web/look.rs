//! What all pages of a site have in common.

use super::pages::Frame;
use crate::Site;
use crate::texts::Words;

/// Where the files of the pages of both roles are served, below their mount.
pub const ASSETS_PATH: &str = "/assets";

/// The name, the look and the words of a site, for its pages.
#[derive(Clone, Debug)]
pub struct Look<'a> {
    site: &'a Site,
    assets: String,
    words: Words<'a>,
}

impl<'a> Look<'a> {
    /// That of this site, in one of its languages.
    #[must_use]
    pub fn of(site: &'a Site, words: Words<'a>) -> Self {
        Self { site, assets: site.path(ASSETS_PATH), words }
    }

    /// The frame of its pages.
    #[must_use]
    pub fn frame(&self) -> Frame<'_> {
        Frame {
            theme: self.site.theme.as_deref(),
            mark: self.site.mark.as_deref(),
            words: self.words,
            ..Frame::new(&self.site.display_name, &self.assets)
        }
    }
}
