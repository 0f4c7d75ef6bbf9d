//! What a text leaves open.

/// What a text leaves open, written `{name}` in it. A value is escaped where it is shown, whatever it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Placeholder {
    /// `{site}`: our own display name.
    Site,
    /// `{service}`: the display name of the service, or of the identity provider, that the person is on the way to.
    Service,
    /// `{person}`: the name of the person.
    Person,
    /// `{user_name}`: the name that the person signs in with.
    UserName,
    /// `{seconds}`: a number of seconds, 2 to 59.
    Seconds,
    /// `{minutes}`: a number of minutes, 2 or more.
    Minutes,
    /// `{reference}`: the number under which the event stands in the log.
    Reference,
    /// `{time}`: when it happened, in UTC: `2026-11-29T01:20:00Z`.
    Time,
}

impl Placeholder {
    /// Every placeholder, in the order of the declaration.
    pub const ALL: [Self; 8] = [
        Self::Site,
        Self::Service,
        Self::Person,
        Self::UserName,
        Self::Seconds,
        Self::Minutes,
        Self::Reference,
        Self::Time,
    ];

    /// What stands between its braces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Service => "service",
            Self::Person => "person",
            Self::UserName => "user_name",
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Reference => "reference",
            Self::Time => "time",
        }
    }

    /// The placeholder of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|placeholder| placeholder.name() == name)
    }
}
