//! One record of a count: some of its buckets, each with the tries that count in it.

use std::collections::BTreeMap;
use std::time::Duration;

use saml_core::base::SamlInstant;
use serde::{Deserialize, Serialize};

/// Tries of one window are kept in so many steps at most. They count until a step ends, so up to one step longer.
const STEPS: u32 = 60;

/// How long a try is taken to be under way. One that has not been told how it ended by then has no process any more, and
/// nobody waits for it.
const UNDER_WAY: Duration = Duration::from_secs(30);

/// The buckets in which something counts, each with its tries in the order of their ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Page(BTreeMap<u16, Vec<Tries>>);

/// The tries of one bucket that stop to count at the same instant: when, in milliseconds since 1970; how many were wrong;
/// how many are under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tries(i64, u16, u16);

/// Whether there is a place for one more try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// There was; the try counts until then.
    Reserved {
        /// Milliseconds since 1970.
        until: i64,
    },
    /// There may be, once those that are under way have ended.
    UnderWay,
    /// No try is left: as many as the limit were wrong.
    None,
}

/// Whether a bucket has a place, for who only looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    Free,
    /// There may be a place, once those that are under way have ended.
    UnderWay,
    /// No try is left: as many as the limit were wrong.
    Shut,
}

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Wrong,
    Forgiven,
}

impl Page {
    /// As much as all buckets take with a group of tries in each step, whatever the limits are.
    pub(super) const MAX_OCTETS: usize = 112 * 1024;

    /// What of a stored page still counts.
    pub(super) fn live(stored: Option<&Self>, now: SamlInstant) -> Self {
        let now = now.unix_millis();
        let mut page = stored.cloned().unwrap_or_default();
        page.0.retain(|_bucket, tries| {
            tries.retain(|Tries(until, wrong, under_way)| *until > now && (*wrong > 0 || *under_way > 0));
            !tries.is_empty()
        });
        page
    }

    /// Whether one of `limit` places of a bucket is free.
    pub(super) fn look(&self, bucket: u16, limit: u16, window: Duration, now: SamlInstant) -> Sight {
        let tries = self.0.get(&bucket).map_or(&[][..], |tries| tries);
        let (mut wrong, mut under_way) = (0_u32, 0_u32);
        for Tries(until, were_wrong, are_under_way) in tries {
            let begun = SamlInstant::from_unix_millis(*until).map(|until| until.saturating_sub(window));
            let is_over = begun.is_none_or(|begun| now >= begun.saturating_add(UNDER_WAY));
            wrong = wrong.saturating_add(u32::from(*were_wrong));
            let count = if is_over { &mut wrong } else { &mut under_way };
            *count = count.saturating_add(u32::from(*are_under_way));
        }
        let limit = u32::from(limit);
        if wrong >= limit {
            return Sight::Shut;
        }
        if wrong.saturating_add(under_way) >= limit {
            return Sight::UnderWay;
        }
        Sight::Free
    }

    /// Takes a place in a bucket, if one of `limit` is free.
    pub(super) fn reserve(&mut self, bucket: u16, limit: u16, window: Duration, now: SamlInstant) -> Room {
        match self.look(bucket, limit, window, now) {
            Sight::Shut => return Room::None,
            Sight::UnderWay => return Room::UnderWay,
            Sight::Free => {}
        }
        let until = end_of_step(window, now);
        let tries = self.0.entry(bucket).or_default();
        match tries.iter_mut().find(|group| group.0 == until) {
            Some(Tries(_, _, under_way)) => *under_way = under_way.saturating_add(1),
            None => tries.push(Tries(until, 0, 1)),
        }
        Room::Reserved { until }
    }

    /// Says how a try ended that took its place until then; `false` if it counts no longer.
    pub(super) fn end(&mut self, bucket: u16, until: i64, ended: Ended) -> bool {
        let Some(tries) = self.0.get_mut(&bucket) else { return false };
        let Some(Tries(_, wrong, under_way)) = tries.iter_mut().find(|group| group.0 == until && group.2 > 0)
        else {
            return false;
        };
        *under_way = under_way.saturating_sub(1);
        match ended {
            Ended::Wrong => *wrong = wrong.saturating_add(1),
            Ended::Forgiven => {}
        }
        tries.retain(|Tries(_, wrong, under_way)| *wrong > 0 || *under_way > 0);
        if tries.is_empty() {
            self.0.remove(&bucket);
        }
        true
    }

    /// When the last try of the page stops to count.
    pub(super) fn end_of_last(&self) -> Option<SamlInstant> {
        let last = self.0.values().flatten().map(|group| group.0).max()?;
        SamlInstant::from_unix_millis(last)
    }
}

/// When a try that is made now stops to count: a window from now, and at the end of the step that has begun then.
fn end_of_step(window: Duration, now: SamlInstant) -> i64 {
    let step = i64::try_from(window.as_millis() / u128::from(STEPS)).unwrap_or(i64::MAX).max(1);
    let end = now.saturating_add(window).unix_millis();
    end.saturating_add(step.saturating_sub(end.rem_euclid(step)).rem_euclid(step))
}

#[cfg(test)]
mod tests;
