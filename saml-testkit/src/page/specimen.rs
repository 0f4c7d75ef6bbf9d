//! A page filled with values, and the rules for all specimens of a crate.

use std::path::PathBuf;

use super::{HOSTILE, PageFault, WORDLESS, faults, skeleton};

/// The values in a page: realistic ones, or an attack on every field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// The text that is given.
    Real,
    /// [`HOSTILE`] in its place.
    Hostile,
    /// [`WORDLESS`] in its place.
    Wordless,
}

impl Fill {
    /// The text to fill a field with.
    #[must_use]
    pub fn text(self, real: &'static str) -> &'static str {
        match self {
            Self::Real => real,
            Self::Hostile => HOSTILE,
            Self::Wordless => WORDLESS,
        }
    }
}

/// A rendered page and the policy that it is sent with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specimen {
    /// What to call it.
    pub name: String,
    /// The value of its `Content-Security-Policy`.
    pub policy: &'static str,
    /// The page.
    pub html: String,
}

/// The rules that any of the pages breaks, by the page's name: those of [`faults`], that no text changes the structure
/// of a page, and that the policy allows what the page needs and no more.
///
/// `real` and `hostile` are the same pages in the same order, filled with [`Fill::Real`] and [`Fill::Hostile`].
#[must_use]
pub fn specimen_faults(real: &[Specimen], hostile: &[Specimen]) -> Vec<(String, PageFault)> {
    let mut found = Vec::new();
    for page in real.iter().chain(hostile) {
        let own = faults(&page.html).into_iter().chain(policy_fault(page));
        found.extend(own.map(|fault| (page.name.clone(), fault)));
    }
    let same = |(a, b): &(&Specimen, &Specimen)| skeleton(&a.html) == skeleton(&b.html);
    let changed = real.iter().zip(hostile).filter(|pair| !same(pair));
    found.extend(changed.map(|(page, _)| (page.name.clone(), PageFault::StructureChanged)));
    if real.len() != hostile.len() {
        found.push(("count".to_owned(), PageFault::StructureChanged));
    }
    found
}

fn policy_fault(page: &Specimen) -> Option<PageFault> {
    let directives: Vec<&str> = page.policy.split("; ").collect();
    let says = |directive: &str| directives.contains(&directive);
    let closed = ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"].into_iter().all(says);
    let narrow =
        !["unsafe", "data:", "http", "*", "blob:"].into_iter().any(|source| page.policy.contains(source));
    let scripts = page.html.contains("<script") == says("script-src 'self'");
    let forms = page.html.contains("<form") != says("form-action 'none'");
    (!(closed && narrow && scripts && forms)).then(|| PageFault::Policy { value: page.policy.to_owned() })
}

/// Writes files, by path and content, and pages with their policies below the folder that the
/// environment variable `PAGES_PREVIEW` names; does nothing where it isn't set.
///
/// # Errors
/// An error of the file system.
pub fn preview<'a>(
    files: impl IntoIterator<Item = (String, &'a str)>,
    pages: &[Specimen],
) -> Result<(), std::io::Error> {
    let Some(folder) = std::env::var_os("PAGES_PREVIEW").map(PathBuf::from) else { return Ok(()) };
    let write = |path: &str, body: &str| {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, body)
    };
    files.into_iter().try_for_each(|(path, body)| write(&path, body))?;
    pages.iter().try_for_each(|page| {
        write(&format!("{}.html", page.name), &page.html)?;
        write(&format!("{}.policy", page.name), page.policy)
    })
}
