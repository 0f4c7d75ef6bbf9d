//! A role, and the language of the person who asks it.

use std::ops::Deref;
use std::sync::Arc;

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};

use super::look::Look;
use crate::Site;
use crate::texts::{AcceptLanguage, Words};

/// What stands at a site.
pub trait HasSite {
    /// Where, with which look and which words.
    fn site(&self) -> &Site;
}

/// A role as it is while one request is answered, and the language that the request asks for.
#[derive(Clone, Debug)]
pub struct Asked<S> {
    role: Arc<S>,
    language: String,
}

impl<S: HasSite> Asked<S> {
    /// This role, asked with these headers.
    #[must_use]
    pub fn with(role: Arc<S>, headers: &HeaderMap) -> Self {
        let lines = headers.get_all(ACCEPT_LANGUAGE).filter_map(|line| line.to_str().ok());
        let language = role.site().texts.for_whom(&AcceptLanguage::read(lines)).language().to_owned();
        Self { role, language }
    }

    /// The words of the answer.
    #[must_use]
    pub fn words(&self) -> Words<'_> {
        self.role.site().texts.in_language(&self.language)
    }

    /// The look of the answer.
    #[must_use]
    pub fn look(&self) -> Look<'_> {
        Look::of(self.role.site(), self.words())
    }
}

impl<S> Deref for Asked<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.role
    }
}
