//! The two demonstration applications.

use saml_sp::web::pages::Frame;

use super::assets::{ASSETS_PATH, DEMO_STYLESHEET};

/// One of the two demonstration applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// The one that grows.
    Orchard,
    /// The one that ships.
    Harbour,
}

impl App {
    /// Both, in the order of the declaration.
    pub const ALL: [Self; 2] = [Self::Orchard, Self::Harbour];

    /// The one that this isn't.
    pub const fn other(self) -> Self {
        match self {
            Self::Orchard => Self::Harbour,
            Self::Harbour => Self::Orchard,
        }
    }

    /// Its name, as people know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orchard => "Orchard",
            Self::Harbour => "Harbour",
        }
    }

    /// The frame of its pages, for those of `saml_sp` too: errors and logout then wear its colours.
    pub const fn frame(self) -> Frame<'static> {
        let (theme, mark) = match self {
            Self::Orchard => ("/assets/orchard.css", "/assets/orchard.svg"),
            Self::Harbour => ("/assets/harbour.css", "/assets/harbour.svg"),
        };
        Frame { theme: Some(theme), mark: Some(mark), ..Frame::new(self.name(), ASSETS_PATH) }
    }

    /// The heading of its public page.
    pub(super) const fn tagline(self) -> &'static str {
        match self {
            Self::Orchard => "Know what is ripe before the pickers do",
            Self::Harbour => "See where every crate is right now",
        }
    }

    /// Its purpose, in one sentence.
    pub(super) const fn description(self) -> &'static str {
        match self {
            Self::Orchard => {
                "Orchard keeps the harvest in one place: rows, varieties, and what is ready to be picked today."
            }
            Self::Harbour => {
                "Harbour follows the harvest out to sea: what is loaded, what is under way, and what has landed."
            }
        }
    }

    /// The address of the picture on its public page.
    pub(super) const fn picture_href(self) -> &'static str {
        match self {
            Self::Orchard => "/assets/orchard-picture.svg",
            Self::Harbour => "/assets/harbour-picture.svg",
        }
    }

    pub(super) fn demo_stylesheet_href(self) -> String {
        format!("{ASSETS_PATH}/{}", DEMO_STYLESHEET.file_name)
    }
}
